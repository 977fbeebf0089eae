using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Onnx;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>What <see cref="ScriptExplorer"/> is for programs, for ONNX models: the child's part of <see cref="ScriptProbe"/>, which reads one and runs a picture of noise through it and back.</summary>
public static class OnnxExplorer
{
    private const int SizeWhereAnyIsTaken = 224;

    /// <summary>Whether a file is an ONNX model by its name.</summary>
    public static bool IsOne(string path) => OnnxTensors.IsOne(path);

    /// <summary>Finds out whether the layers of a model can be drawn, and proposes a <c>config.json</c>.</summary>
    /// <param name="path">The model; tensors may lie in files beside it.</param>
    /// <param name="size">Side of the pictures to try, in pixels; null: the one that it was exported for.</param>
    /// <param name="channels">Channels of the pictures; null: those that it tells.</param>
    public static ProbeReport Explore(string path, int? size, int? channels = null)
    {
        try
        {
            using var scope = NewDisposeScope();
            var graph = PictureGraph.Of(OnnxFile.Read(path));
            if (channels is { } told && told != graph.Channels)
            {
                return Refused(FormattableString.Invariant($"its pictures have {graph.Channels} channels, not {told}; leave out --channels"));
            }

            var network = OnnxBlueprint.Of(graph, size ?? graph.DeclaredSize ?? SizeWhereAnyIsTaken);
            var picture = rand(graph.InputShape(network.InputSize)).mul_(HeldScalars.Two).sub_(HeldScalars.One).requires_grad_();
            var values = graph.Graph.Forward(picture, network.Taps[^1].Value);
            if (values.isfinite().logical_not().any().item<bool>())
            {
                return new(Error: null, Config: null, [ScriptRemarks.NotFinite]);
            }

            values.sum().backward();
            return new(Error: null, Describe(path, graph, network), [.. OnnxRemarks.Of(graph, network, values.detach(), picture.grad)]);
        }
        catch (Exception e) when (e is WeightsFormatException or IOException or UnauthorizedAccessException or ExternalException)
        {
            return Refused(e.Message.StartsWith($"{path}: ", StringComparison.Ordinal) ? e.Message[(path.Length + 2)..] : e.Message);
        }
    }

    private static ProbeReport Refused(string why) => new(why.TrimEnd('.'), Config: null, []);

    private static JsonElement Describe(string path, PictureGraph graph, OnnxBlueprint network)
    {
        var config = new JsonObject { ["architecture"] = OnnxBlueprint.Architecture, ["classes"] = graph.ClassCount(network.InputSize), ["inputSize"] = network.InputSize };
        if (!OnnxConfig.Prepare(config, graph))
        {
            config["preprocessing"] = "x / 127.5 - 1";
        }

        if (graph.Channels != NetworkDescription.Rgb.Count)
        {
            config["inputChannels"] = graph.Channels;
        }

        config["sha256"] = new OnnxTensors(Path.GetFullPath(path), graph.ExternalFiles).ComputeDigest();
        config["provenance"] = new JsonObject { ["source"] = "", ["license"] = "" };
        return JsonSerializer.SerializeToElement(config);
    }
}

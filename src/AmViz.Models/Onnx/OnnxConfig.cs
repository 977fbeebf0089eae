using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Completes the <c>config.json</c> beside an ONNX model, which need not tell what the graph tells of itself.</summary>
/// <remarks>
/// Of a graph everything is known but what was done to pixels in training, unless it does that itself. It has to be told: a network that is given other pixels than it was
/// trained on still draws something, and nobody sees that it is wrong.
/// </remarks>
internal static class OnnxConfig
{
    private const int LongestFile = 1 << 20;

    private static readonly string[] Usual =
    [
        """{"preprocessing": "(x / 255 - mean) / std", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}   (torchvision, most of timm)""",
        """{"preprocessing": "x / 127.5 - 1"}   (Keras' MobileNet and Inception, timm's ViTs of augreg)""",
        """{"preprocessing": "(x / 255 - mean) / std", "mean": [0, 0, 0], "std": [1, 1, 1]}   (pixels from 0 to 1)""",
        """{"preprocessing": "x - mean", "mean": [104, 117, 123], "channelOrder": "BGR"}   (Caffe)""",
    ];

    /// <summary>What the whole configuration is.</summary>
    /// <param name="config">The file; null: there is none.</param>
    /// <param name="configPath">Where it is or should be.</param>
    /// <param name="graph">The model.</param>
    /// <param name="modelPath">Where that is.</param>
    /// <param name="open">From the name of a file beside it to the contents, for configurations of other libraries.</param>
    /// <returns>The text of a configuration as <see cref="WeightsConfig"/> reads it.</returns>
    /// <exception cref="WeightsFormatException">It is no JSON, or nothing tells the size of pictures or what is done to them.</exception>
    public static Stream Complete(Stream? config, string configPath, PictureGraph graph, string modelPath, Func<string, Stream?> open)
    {
        var told = config is null ? ForeignConfigs.TranslateForGraph(root: null, open)! : JsonText.Read(config, configPath, LongestFile, root => Read(root, configPath, open));
        told["architecture"] ??= OnnxBlueprint.Architecture;
        if (told["architecture"] is JsonValue word && word.TryGetValue<string>(out var architecture) && architecture != OnnxBlueprint.Architecture)
        {
            throw new WeightsFormatException($"{modelPath}: is an ONNX model, but {configPath} describes a {ErrorText.Shorten(architecture)}. Expected \"architecture\": \"{OnnxBlueprint.Architecture}\" there, or none.");
        }

        if (graph.Channels != NetworkDescription.Rgb.Count && told["inputChannels"] is null)
        {
            told["inputChannels"] = graph.Channels;
        }

        told["inputSize"] ??= graph.DeclaredSize ?? throw new WeightsFormatException(
            $"{modelPath}: takes pictures of any size, so {configPath} has to tell on which it was trained. Expected there a field such as \"inputSize\": 224.");
        if (told["inputSize"] is JsonValue number && number.TryGetValue<int>(out var size) && size is >= NetworkDescription.SmallestTrainedSize and <= NetworkDescription.LargestSize)
        {
            var classes = graph.ClassCount(size);
            if (told["classes"] is JsonValue count && count.TryGetValue<int>(out var expected) && expected != classes)
            {
                throw new WeightsFormatException($"{configPath}: 'classes' is {expected}, but the graph gives {(classes == 0 ? "no classes" : classes)}. Leave the field out, or put the right model there.");
            }

            told["classes"] ??= classes;
        }

        if (told["preprocessing"] is null && !Prepare(told, graph))
        {
            throw new WeightsFormatException($"{modelPath}: nothing tells what is done to pixels before the network, and the graph does not do it itself. Write {configPath} with one of the usual four, or with what the network was trained with:\n  {string.Join("\n  ", Usual)}");
        }

        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(told));
    }

    /// <summary>Tells the pixels that a graph takes which prepares them itself.</summary>
    /// <param name="told">The configuration.</param>
    /// <param name="graph">The model.</param>
    /// <returns>Whether it does.</returns>
    public static bool Prepare(JsonObject told, PictureGraph graph)
    {
        if (graph.Normalization is not { } normalization)
        {
            return false;
        }

        told["preprocessing"] = normalization.Deviation[0] == 1 ? "(x / 255 - mean) / std" : "x - mean";
        told["mean"] = new JsonArray([.. normalization.Mean.Select(value => (JsonNode)value)]);
        if (normalization.Deviation[0] == 1)
        {
            told["std"] = new JsonArray([.. normalization.Deviation.Select(value => (JsonNode)value)]);
        }

        return true;
    }

    private static JsonObject Read(JsonElement root, string path, Func<string, Stream?> open)
    {
        if (ForeignConfigs.TranslateForGraph(root, open) is { } translated)
        {
            return translated;
        }

        return root.ValueKind == JsonValueKind.Object ? JsonNode.Parse(root.GetRawText())!.AsObject() : throw new WeightsFormatException($"{path}: is {root.ValueKind}; expected an object.");
    }
}

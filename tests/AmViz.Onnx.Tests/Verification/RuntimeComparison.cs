using AmViz.Onnx.Schema;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Verification;

/// <summary>Compares every value of a graph with what ONNX Runtime makes of the same picture.</summary>
internal static class RuntimeComparison
{
    /// <summary>Largest error of a value that counts as the same.</summary>
    public const double Allowed = 1e-4;

    // A value of zeros alone is not divided by nothing.
    private const double Smallest = 1e-12;

    /// <summary>Runs a picture through both.</summary>
    /// <param name="path">The model, with its tensors in it.</param>
    /// <param name="pictureOf">From the declared sizes of the input, null where they are free, to what both are given.</param>
    /// <returns>Every value that depends on the picture, and the outputs once more; the worst first.</returns>
    public static IReadOnlyList<ComparedValue> Compare(string path, Func<IReadOnlyList<long?>, Tensor> pictureOf)
    {
        using var scope = NewDisposeScope();
        using var graph = new OnnxGraph(OnnxFile.Read(path));
        var picture = pictureOf(graph.Inputs[0].Sizes ?? []);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));

        // Values inside functions are called otherwise there.
        var known = model.Graph.Node.SelectMany(node => node.Output).Where(output => output.Length > 0).ToHashSet(StringComparer.Ordinal);
        var nodes = graph.Nodes.Where(node => known.Contains(node.Outputs[0]) && graph.LevelOf(node.Outputs[0]) == ValueLevel.Pixels).ToList();
        string[] names = [.. nodes.Select(node => node.Outputs[0])];
        var expected = RuntimeModel.Run(WithOutputs(model, names), [(graph.Inputs[0].Name, picture)], names);
        var made = graph.Forward(picture, names);

        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var all = nodes.Select((node, i) => Of(node, expected[i], made[i], isOutput: false));
        var alone = nodes.Select((node, i) => (Node: node, At: i)).Where(value => outputs.Contains(names[value.At])).Select(value => Of(value.Node, expected[value.At], graph.Forward(picture, names[value.At]), isOutput: true));
        return [.. alone.Concat(all).OrderByDescending(value => value.Error)];
    }

    private static ComparedValue Of(OnnxNode node, Tensor expected, Tensor made, bool isOutput)
        => new(node.Outputs[0], node.Name, node.Operator, made.shape, isOutput, Error(expected, made));

    private static double Error(Tensor expected, Tensor made)
    {
        if (!expected.shape.SequenceEqual(made.shape))
        {
            return double.PositiveInfinity;
        }

        using var scope = NewDisposeScope();
        var (one, other) = (expected.to_type(ScalarType.Float64), made.to_type(ScalarType.Float64));
        var error = (one - other).abs().max().item<double>() / Math.Max(one.abs().max().item<double>(), Smallest);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    private static byte[] WithOutputs(ModelProto model, IEnumerable<string> names)
    {
        var there = model.Graph.Output.Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        model.Graph.Output.AddRange(names.Where(there.Add).Select(name => new ValueInfoProto { Name = name }));
        return model.ToByteArray();
    }
}

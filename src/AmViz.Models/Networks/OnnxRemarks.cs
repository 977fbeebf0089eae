using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>What a person should know of an ONNX model, seen by its graph and by what it made of a picture.</summary>
internal static class OnnxRemarks
{
    /// <summary>All of it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="network">Its layers.</param>
    /// <param name="values">Of its last layer, for one picture.</param>
    /// <param name="gradient">What came back to the picture; null: nothing.</param>
    public static IEnumerable<string> Of(PictureGraph graph, OnnxBlueprint network, Tensor values, Tensor? gradient)
    {
        yield return FormattableString.Invariant($"It has {network.Taps.Count} layers, {network.Taps.Count(tap => tap.IsDefault)} of them drawn unless others are named; 'amviz models show --weights' lists them.");
        yield return OfSizes(graph, network);
        foreach (var remark in OfClasses(graph, network, values))
        {
            yield return remark;
        }

        if (gradient is null || gradient.isfinite().logical_not().any().item<bool>() || !gradient.ne(HeldScalars.Zero).any().item<bool>())
        {
            yield return $"From '{network.Taps[^1].Name}' no gradient comes back to a picture of noise, so it cannot be drawn: something on the way rounds, compares or picks. Earlier layers may be drawn.";
        }

        if (graph.Graph.WhyNot(graph.InputShape(network.InputSize, batch: 2)) is { } why)
        {
            yield return $"It takes one picture at a time ({why.TrimEnd('.')}). Draw with --batch 1, or export it for any number (dynamic_axes of torch.onnx.export).";
        }

        yield return graph.Normalization is null ? ScriptRemarks.Correct : "It prepares pixels itself, and 'preprocessing' is what it takes. Name 'labels' if there are any, and say where it comes from.";
    }

    private static string OfSizes(PictureGraph graph, OnnxBlueprint network)
    {
        var free = graph.DeclaredSize is null ? "It was exported for pictures of any size: correct 'inputSize' to that on which it was trained. " : string.Empty;
        return free + (network.IsSizeFixed
            ? FormattableString.Invariant($"Pictures of {network.InputSize} x {network.InputSize} pixels are drawn, and no others: a size is fixed inside it.")
            : FormattableString.Invariant($"Pictures of other sizes can be drawn, multiples of {network.SizeStep} pixels."));
    }

    private static IEnumerable<string> OfClasses(PictureGraph graph, OnnxBlueprint network, Tensor values)
    {
        if (network.Taps[^1] is not { Kind: LayerKind.Logits } logits)
        {
            return ["It tells no classes apart, so there is nothing to classify or attack with it."];
        }

        var end = graph.Graph.Nodes.FirstOrDefault(node => node.Operator is "Softmax" or "LogSoftmax" or "Sigmoid" && node.Inputs.Contains(logits.Value, StringComparer.Ordinal));
        return
        [
            .. end is null ? Array.Empty<string>() : [$"It ends in a {end.Operator}: 'logits' is what goes into it."],
            .. ScriptRemarks.AreProbabilities(values) ? ["Its classes are probabilities (they sum to 1), which are drawn worse than logits. Export it without what makes them."] : Array.Empty<string>(),
            .. ScriptRemarks.OfClasses(values, areProbabilities: false),
        ];
    }
}

using System.Runtime.InteropServices;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Computes single nodes; whatever goes wrong is an error that names the node.</summary>
internal static class NodeCall
{
    /// <summary>Computes a node.</summary>
    /// <param name="call">The node and what it reads.</param>
    /// <param name="function">Computes it; null: the rule of its operator does.</param>
    /// <returns>One tensor for each output that the node names, null for others; none is an input itself. They belong to the caller's dispose scope.</returns>
    /// <exception cref="WeightsFormatException">It cannot be computed.</exception>
    public static Tensor?[] Compute(OperatorCall call, OperatorFunction? function = null)
    {
        var node = call.Node;
        var run = function ?? OperatorTable.Find(node.Operator, node.Version)?.Run ?? throw node.Refuse("is of an operator that is not taken. Export the network without it.");
        using var scope = NewDisposeScope();
        IReadOnlyList<Tensor?> made;
        try
        {
            made = run(call);
        }
        catch (Exception e) when (e is ExternalException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or ArithmeticException or InvalidCastException or NotSupportedException or NotImplementedException or OutOfMemoryException)
        {
            throw new WeightsFormatException($"{node.Refuse($"cannot be computed of {ShapesText(call)}").Message}: {ErrorText.Shorten(FirstLine(e.Message), longest: 300)} Give pictures of another size, or export the network again.", e);
        }

        var outputs = new Tensor?[node.Outputs.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            if (node.Outputs[i].Length > 0)
            {
                var output = (i < made.Count ? made[i] : null) ?? throw node.Refuse($"has no output {i} here, which '{ErrorText.Shorten(node.Outputs[i])}' asks for. Export the network without it.");

                // Some calls of torch give the same object back when there is nothing to do; whoever frees the input would free it.
                outputs[i] = (IsInput(call, output) ? output.alias() : output).MoveToOuterDisposeScope();
            }
        }

        return outputs;
    }

    /// <summary>Inputs of a node without those that are left out at the end.</summary>
    public static IReadOnlyList<string> GivenInputs(OnnxNode node)
    {
        var count = node.Inputs.Count;
        while (count > 0 && node.Inputs[count - 1].Length == 0)
        {
            count--;
        }

        return count == node.Inputs.Count ? node.Inputs : [.. node.Inputs.Take(count)];
    }

    private static bool IsInput(OperatorCall call, Tensor output) => Enumerable.Range(0, call.Count).Any(i => ReferenceEquals(call.Optional(i), output));

    private static string ShapesText(OperatorCall call)
        => string.Join(", ", Enumerable.Range(0, call.Count).Select(i => call.Optional(i) is { } input ? $"{input.dtype}[{string.Join(", ", input.shape)}]" : "nothing"));

    private static string FirstLine(string text) => $"{text.Split('\n')[0].TrimEnd('.', ' ')}.";
}

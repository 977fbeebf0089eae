using AmViz.Onnx;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>Whether a graph prepares its pictures itself, and which pixels it then takes.</summary>
/// <remarks>
/// Some exporters put (x - mean) / deviation into the graph. Seen are subtractions, additions, products, quotients and a batch-norm by constants of a number a channel, right at the
/// pictures. Whether pixels go up to 1 or to 255 is told by the factor: what divides by 50 and more is made for 255.
/// </remarks>
internal static class InputNormalization
{
    private const double SmallestFactorOfUnits = 0.1;

    /// <summary>The pixels that the graph takes: up to 1, or up to 255; null: it does not prepare them.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="input">The pictures.</param>
    /// <param name="channels">Their channels.</param>
    public static Preprocessing? Find(OnnxModel model, string input, int channels)
    {
        (var value, var factor, var isFound) = (input, 1.0, false);
        while (OnlyReader(model, value) is { } node)
        {
            switch (node.Operator)
            {
                case "Identity" or "Cast":
                    break;
                case "Sub" or "Add" when ConstantOf(model, node, value, channels) is not null:
                    isFound = true;
                    break;
                case "Mul" when ConstantOf(model, node, value, channels) is { } scale:
                    (factor, isFound) = (factor * scale, true);
                    break;
                case "Div" when node.Inputs[0] == value && ConstantOf(model, node, value, channels) is { } divisor:
                    (factor, isFound) = (factor / divisor, true);
                    break;
                case "BatchNormalization" when node.Inputs.Count == 5 && node.Inputs.Skip(1).All(model.Constants.ContainsKey):
                    (factor, isFound) = (factor / Math.Sqrt(Largest(model.Constants[node.Inputs[4]])) * Largest(model.Constants[node.Inputs[1]]), true);
                    break;
                default:
                    return isFound ? PixelsFor(factor, channels) : null;
            }

            value = node.Outputs[0];
        }

        return isFound ? PixelsFor(factor, channels) : null;
    }

    private static Preprocessing PixelsFor(double factor, int channels)
    {
        var zero = new double[channels];
        return Math.Abs(factor) < SmallestFactorOfUnits ? Preprocessing.OfBytes(zero, deviation: null) : new(zero, [.. zero.Select(_ => 1.0)]);
    }

    private static OnnxNode? OnlyReader(OnnxModel model, string value)
        => model.Nodes.Where(node => node.Inputs.Contains(value, StringComparer.Ordinal)).Take(2).ToArray() is [var only] ? only : null;

    private static double? ConstantOf(OnnxModel model, OnnxNode node, string value, int channels)
        => node.Inputs.FirstOrDefault(input => input != value) is { } other && model.Constants.TryGetValue(other, out var constant) && (constant.numel() == 1 || constant.numel() == channels)
            ? Largest(constant)
            : null;

    private static double Largest(Tensor constant)
    {
        using var scope = NewDisposeScope();
        return constant.to_type(ScalarType.Float64).abs().max().item<double>();
    }
}

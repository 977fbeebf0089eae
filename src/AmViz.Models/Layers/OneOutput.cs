using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A network of one output, trained with binary cross-entropy: shown as two classes.</summary>
/// <remarks>
/// The softmax over a single number is 1 whatever the network says. With the logits -y/2 and y/2 it is 1 - sigmoid(y) and sigmoid(y), which is what the output y
/// was trained to mean; both classes can then be drawn, and a picture can be attacked towards either.
/// </remarks>
internal static class OneOutput
{
    private const int Classes = 2;

    /// <summary>The two classes where labels are not known; null for a network of several outputs.</summary>
    public static IReadOnlyList<string>? Labels(int outputs) => outputs == 1 ? ClassLabels.ByIndex(Classes) : null;

    /// <summary>The two classes by the labels that are told, of both or of the one that the output speaks for; null for a network of several outputs, or other numbers of labels.</summary>
    public static IReadOnlyList<string>? Labels(int outputs, IReadOnlyList<string> told) => (outputs, told) switch
    {
        (1, [var one]) => [$"not {one}", one],
        (1, [_, _]) => told,
        _ => null,
    };

    /// <summary>The layers as they are shown.</summary>
    public static IReadOnlyList<LayerShape> Present(IReadOnlyList<LayerShape> shapes)
        => [.. shapes.Select(shape => shape is { Kind: LayerKind.Logits, ChannelCount: 1 } ? shape with { ChannelCount = Classes } : shape)];

    /// <summary>The logits as they are shown.</summary>
    /// <param name="logits"><c>[N, outputs]</c>.</param>
    /// <returns><c>[N, classes]</c>; the same tensor where there are several outputs.</returns>
    public static Tensor Present(Tensor logits)
    {
        if (logits.shape[1] != 1)
        {
            return logits;
        }

        var half = logits.div(HeldScalars.Two);
        return cat([half.neg(), half], 1);                                              // [N, 2]
    }
}

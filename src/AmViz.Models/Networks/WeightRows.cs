using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A matrix of weights as rows of numbers.</summary>
internal static class WeightRows
{
    /// <summary>Takes it apart.</summary>
    /// <param name="weights"><c>[C, Length]</c>, anywhere, in any number format.</param>
    /// <param name="isOneOutput">Whether it is the single output of a network that is shown as two classes, see <see cref="OneOutput"/>: -w/2 and w/2, here without the half.</param>
    /// <returns>A row a channel.</returns>
    public static float[][] Of(Tensor weights, bool isOneOutput)
    {
        using var scope = NewDisposeScope();
        var rows = isOneOutput ? cat([weights.neg(), weights], 0) : weights;
        var numbers = rows.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        return [.. numbers.Chunk(Math.Max(1, (int)rows.shape[1]))];
    }
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Tuples of indices as places in a flat tensor.</summary>
internal static class FlatIndices
{
    /// <summary>The place of each tuple when the axes that it counts are one.</summary>
    /// <param name="call">Whose node is named if an index lies outside.</param>
    /// <param name="tuples">Indices in the last axis, negative ones counted from the end.</param>
    /// <param name="sizes">Lengths of the axes that they count.</param>
    /// <param name="device">Where to.</param>
    /// <returns>As many axes as <paramref name="tuples"/> without its last one.</returns>
    public static Tensor Of(OperatorCall call, Tensor tuples, long[] sizes, Device device)
    {
        var last = tuples.dim() - 1;
        var place = zeros(tuples.shape[..^1], dtype: ScalarType.Int64, device: device);
        for (var i = 0; i < sizes.Length; i++)
        {
            using Scalar size = sizes[i];
            place = place.mul(size).add(TensorIndices.Wrap(call, tuples.select(last, i), sizes[i], device), HeldScalars.One);
        }

        return place;
    }
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Indices that a graph computes or a file tells, made safe for torch.</summary>
internal static class TensorIndices
{
    /// <summary>Indices counted from 0, as int64, beside the tensor that they point into.</summary>
    /// <remarks>On a GPU an index outside ends every later call of the process, so all are looked at first.</remarks>
    /// <param name="call">Whose node is named if one lies outside.</param>
    /// <param name="indices">From -<paramref name="size"/> to <paramref name="size"/> - 1, of any format of whole numbers.</param>
    /// <param name="size">Length of the axis.</param>
    /// <param name="device">Where to.</param>
    public static Tensor Wrap(OperatorCall call, Tensor indices, long size, Device device)
    {
        var whole = indices.to_type(ScalarType.Int64);
        var (least, most) = Extremes(whole);
        if (least < -size || most >= size)
        {
            throw call.Node.Refuse($"picks index {(most >= size ? most : least)} of an axis of length {size}. Export the network again.");
        }

        if (least >= 0)
        {
            return Fresh(whole.to(device), indices);
        }

        using Scalar length = size;
        return where(whole.lt(HeldScalars.Zero), whole.add(length, HeldScalars.One), whole).to(device);
    }

    private static (long Least, long Most) Extremes(Tensor whole)
    {
        if (whole.NumberOfElements == 0)
        {
            return (0, -1);
        }

        using var scope = NewDisposeScope();
        return (whole.min().item<long>(), whole.max().item<long>());
    }

    /// <summary>A list of indices as a tensor.</summary>
    public static Tensor Of(long[] indices, Device device) => tensor(indices, dtype: ScalarType.Int64, device: device);

    /// <summary>0, 1, ..., <paramref name="count"/> - 1.</summary>
    public static Tensor UpTo(long count, Device device)
    {
        using Scalar stop = count;
        return arange(HeldScalars.Zero, stop, HeldScalars.One, dtype: ScalarType.Int64, device: device);
    }

    /// <summary>A tensor that may be freed beside the one that it came from; some calls give the same object back when there is nothing to do.</summary>
    public static Tensor Fresh(Tensor result, Tensor source) => ReferenceEquals(result, source) ? source.alias() : result;
}

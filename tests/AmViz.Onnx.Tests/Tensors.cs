using AmViz.Onnx.Schema;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests;

/// <summary>Tensors to and from ONNX's form, and their comparison.</summary>
internal static class Tensors
{
    private static readonly TensorReader Reader = new(external: null);

    /// <summary>Reads a file that holds one tensor.</summary>
    public static Tensor Read(byte[] file) => Reader.Read(TensorProto.Parser.ParseFrom(file), "Tensor");

    /// <summary>A tensor as a file has it.</summary>
    public static TensorProto Proto(Tensor tensor, string name)
    {
        using var plain = tensor.detach().cpu().contiguous();
        var proto = new TensorProto { Name = name, DataType = (int)TypeOf(tensor.dtype), RawData = plain.NumberOfElements == 0 ? ByteString.Empty : ByteString.CopyFrom(plain.bytes) };
        proto.Dims.AddRange(plain.shape);
        return proto;
    }

    public static int TypeOf(ScalarType type) => Enumerable.Range(1, 16).First(number => TensorTypes.TypeOf(number) == type);

    /// <summary>What differs; null: nothing but rounding.</summary>
    /// <param name="expected">What must come out.</param>
    /// <param name="actual">What came out.</param>
    /// <param name="relative">Allowed error, relative to each value.</param>
    /// <param name="absolute">Allowed error besides.</param>
    public static string? Difference(Tensor expected, Tensor actual, double relative, double absolute)
    {
        using var scope = NewDisposeScope();
        if (expected.dtype != actual.dtype)
        {
            return $"is {actual.dtype}, expected {expected.dtype}";
        }

        if (!expected.shape.SequenceEqual(actual.shape))
        {
            return $"has shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]";
        }

        var (x, y) = (expected.to(ScalarType.Float64).flatten(), actual.detach().to(ScalarType.Float64).flatten());
        if (x.NumberOfElements == 0)
        {
            return null;
        }

        var isClose = x.isclose(y, relative, absolute, nanEqual: true);
        return isClose.all().ToBoolean() ? null : Worst(x, y, isClose);
    }

    private static string Worst(Tensor expected, Tensor actual, Tensor isClose)
    {
        long at = isClose.to(ScalarType.Byte).argmin().ToInt64();
        long count = isClose.logical_not().sum().ToInt64();
        return FormattableString.Invariant($"has {count} of {expected.NumberOfElements} wrong values, the first {actual[at].ToDouble()} instead of {expected[at].ToDouble()} at {at}");
    }
}

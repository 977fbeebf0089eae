using System.Buffers.Binary;
using System.Globalization;
using AmViz.Onnx.Schema;
using AmViz.Weights;
using Google.Protobuf.Collections;
using TorchSharp;

namespace AmViz.Onnx;

/// <summary>Reads the tensors of a model: from the file itself, or from files in the same folder.</summary>
/// <remarks>Nothing is allocated before the bytes for it were seen to be there.</remarks>
/// <param name="external">Files beside the model; null: it came without a folder.</param>
internal sealed class TensorReader(ExternalData? external)
{
    /// <summary>More axes than any network has; torch itself allows 64.</summary>
    private const int MostAxes = 16;

    private const int StoredOutside = 1;        // TensorProto.DataLocation.EXTERNAL

    /// <summary>A tensor in its shape and format, on the CPU; belongs to the caller and to no dispose scope.</summary>
    /// <param name="proto">As the file has it.</param>
    /// <param name="what">How to call it in errors, such as <c>Initializer 'conv1.weight'</c>.</param>
    /// <exception cref="WeightsFormatException">It is damaged, of a format that torch has not, or lies where it may not.</exception>
    public torch.Tensor Read(TensorProto proto, string what)
    {
        var type = TensorTypes.TypeOf(proto.DataType) ?? throw new WeightsFormatException($"{what} is of the format {TensorTypes.NameOf(proto.DataType)}, which torch has not. Export the network in float32.");
        var count = CountOf(proto.Dims, what);
        var size = SizeOf(type);
        if (count > Array.MaxLength / size)
        {
            throw new WeightsFormatException($"{what} of shape [{string.Join(", ", proto.Dims)}] has {count} numbers; at most {Array.MaxLength / size} of its format are read at once.");
        }

        return proto.DataLocation == StoredOutside ? ReadOutside(proto, type, count * size, what)
            : proto.HasRawData ? ReadRaw(proto, type, count * size, what)
            : ReadFields(proto, type, count, what);
    }

    private static long CountOf(RepeatedField<long> sizes, string what)
    {
        if (sizes.Count > MostAxes || sizes.Any(size => size < 0))
        {
            throw new WeightsFormatException($"{what} has the shape [{ErrorText.Shorten(string.Join(", ", sizes.Take(MostAxes + 1)))}]; expected at most {MostAxes} sizes, none of them negative. Export the network again.");
        }

        var count = 1L;
        foreach (var size in sizes.Contains(0) ? [0] : sizes)
        {
            if (size > 0 && count > long.MaxValue / size / 16)
            {
                throw new WeightsFormatException($"{what} has the shape [{ErrorText.Shorten(string.Join(", ", sizes))}], more numbers than can be counted. Export the network again.");
            }

            count *= size;
        }

        return count;
    }

    private static int SizeOf(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        _ => 16,
    };

    private static torch.Tensor ReadRaw(TensorProto proto, torch.ScalarType type, long length, string what)
    {
        if (proto.RawData.Length != length)
        {
            throw new WeightsFormatException($"{what} has {proto.RawData.Length} bytes; its shape [{string.Join(", ", proto.Dims)}] of {TensorTypes.NameOf(proto.DataType)} needs {length}. Get the file again from its source.");
        }

        return Fill(proto, type, bytes => proto.RawData.Span.CopyTo(bytes));
    }

    private torch.Tensor ReadOutside(TensorProto proto, torch.ScalarType type, long length, string what)
    {
        if (external is null)
        {
            throw new WeightsFormatException($"{what} lies in a file of its own, but the model was given without its folder. Give the path of the model, with the files beside it.");
        }

        using var file = external.Open(proto.ExternalData, length, what);
        return Fill(proto, type, file.ReadExactly);
    }

    private static torch.Tensor ReadFields(TensorProto proto, torch.ScalarType type, long count, string what)
    {
        var given = type switch
        {
            torch.ScalarType.Float32 => proto.FloatData.Count,
            torch.ScalarType.ComplexFloat32 => proto.FloatData.Count / 2.0,
            torch.ScalarType.Float64 => proto.DoubleData.Count,
            torch.ScalarType.ComplexFloat64 => proto.DoubleData.Count / 2.0,
            torch.ScalarType.Int64 => proto.Int64Data.Count,
            _ => proto.Int32Data.Count,
        };
        if (given != count)
        {
            throw new WeightsFormatException(
                $"{what} has {given.ToString(CultureInfo.InvariantCulture)} numbers of {TensorTypes.NameOf(proto.DataType)}; its shape [{string.Join(", ", proto.Dims)}] needs {count}. Get the file again from its source.");
        }

        return Fill(proto, type, bytes => Write(proto, type, bytes));
    }

    // Numbers of small formats stand in the list of 32-bit numbers, float16 and bfloat16 by their bits.
    private static void Write(TensorProto proto, torch.ScalarType type, Span<byte> bytes)
    {
        switch (type)
        {
            case torch.ScalarType.Float32 or torch.ScalarType.ComplexFloat32:
                for (var i = 0; i < proto.FloatData.Count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], proto.FloatData[i]);
                }

                break;
            case torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat64:
                for (var i = 0; i < proto.DoubleData.Count; i++)
                {
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes[(8 * i)..], proto.DoubleData[i]);
                }

                break;
            case torch.ScalarType.Int64:
                for (var i = 0; i < proto.Int64Data.Count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(bytes[(8 * i)..], proto.Int64Data[i]);
                }

                break;
            case torch.ScalarType.Int32:
                for (var i = 0; i < proto.Int32Data.Count; i++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], proto.Int32Data[i]);
                }

                break;
            case torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16:
                for (var i = 0; i < proto.Int32Data.Count; i++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], unchecked((ushort)proto.Int32Data[i]));
                }

                break;
            default:
                for (var i = 0; i < proto.Int32Data.Count; i++)
                {
                    bytes[i] = type == torch.ScalarType.Bool ? (byte)(proto.Int32Data[i] == 0 ? 0 : 1) : unchecked((byte)proto.Int32Data[i]);
                }

                break;
        }
    }

    private static torch.Tensor Fill(TensorProto proto, torch.ScalarType type, SpanAction fill)
    {
        var tensor = torch.empty([.. proto.Dims], dtype: type, device: torch.CPU).DetachFromDisposeScope();
        try
        {
            if (tensor.NumberOfElements > 0)
            {
                var bytes = tensor.bytes;
                fill(bytes);
                if (type == torch.ScalarType.Bool)
                {
                    // Any other byte than 0 and 1 is undefined for torch.
                    foreach (ref var flag in bytes)
                    {
                        flag = flag == 0 ? (byte)0 : (byte)1;
                    }
                }
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private delegate void SpanAction(Span<byte> bytes);
}

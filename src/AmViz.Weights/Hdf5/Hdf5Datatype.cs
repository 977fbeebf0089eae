namespace AmViz.Weights;

/// <summary>What the values of a dataset or an attribute are (specification, section IV.A.2.d).</summary>
/// <param name="TypeName">In the words of safetensors; null for what is no number.</param>
/// <param name="Bytes">Bytes of one value.</param>
/// <param name="IsText">A text of that many bytes.</param>
/// <param name="IsLongText">A text of any length, which lies in a heap.</param>
internal sealed record Hdf5Datatype(string? TypeName, int Bytes, bool IsText, bool IsLongText)
{
    private const int FixedPoint = 0;
    private const int FloatingPoint = 1;
    private const int Text = 3;
    private const int VariableLength = 9;

    public static Hdf5Datatype Read(byte[] message, Hdf5Bytes bytes)
    {
        var cursor = new Hdf5Cursor(message, bytes);
        var kind = cursor.Byte() & 0x0F;
        var bits = cursor.Byte();
        cursor.Skip(2);
        var size = cursor.UInt32();
        if (size is 0 or > int.MaxValue)
        {
            throw bytes.Damaged($"a value takes {size} bytes");
        }

        var isString = kind == VariableLength && (bits & 0x0F) == 1;
        return new Hdf5Datatype(NameOf(kind, bits, (int)size, cursor), (int)size, kind == Text, isString);
    }

    private static string? NameOf(int kind, byte bits, int size, Hdf5Cursor properties)
    {
        var bigEndian = (bits & 1) != 0;
        return kind switch
        {
            FixedPoint when size <= 8 => $"{((bits & 8) != 0 ? "I" : "U")}{8 * size}",
            FloatingPoint when bigEndian => $"big-endian F{8 * size}",
            FloatingPoint => FloatName(size, properties),
            _ => null,
        };
    }

    private static string FloatName(int size, Hdf5Cursor properties)
    {
        properties.Skip(5);
        int exponentBits = properties.Byte();
        return (size, exponentBits) switch
        {
            (4, 8) => "F32",
            (2, 5) => "F16",
            (2, 8) => "BF16",
            (8, 11) => "F64",
            _ => $"{8 * size}-bit number with an exponent of {exponentBits} bits",
        };
    }
}

/// <summary>Sizes of a dataset or an attribute (specification, section IV.A.2.b).</summary>
internal static class Hdf5Dataspace
{
    private const int NullSpace = 2;

    /// <summary>Sizes, outermost first; empty for a single value; one size of 0 where there is none at all.</summary>
    public static long[] Read(byte[] message, Hdf5Bytes bytes)
    {
        var cursor = new Hdf5Cursor(message, bytes);
        var version = cursor.Byte();
        int rank = cursor.Byte();
        cursor.Skip(1);
        var type = cursor.Byte();
        if (version == 2 && type == NullSpace)
        {
            return [0];
        }

        cursor.Skip(version == 1 ? 4 : 0);
        if (rank > SafetensorsHeader.MostDimensions)
        {
            throw bytes.Damaged($"it has values of {rank} dimensions; at most {SafetensorsHeader.MostDimensions} are read");
        }

        var sizes = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            var size = cursor.UInt64();
            sizes[i] = size <= long.MaxValue ? (long)size : throw bytes.Damaged($"it has a size of {size}");
        }

        return sizes;
    }

    /// <summary>Product of the sizes; at most the largest number there is, however large it would be.</summary>
    public static long Count(IReadOnlyList<long> sizes)
        => sizes.Contains(0) ? 0 : (long)sizes.Aggregate(Int128.One, (product, size) => Int128.Min(product * size, long.MaxValue));
}

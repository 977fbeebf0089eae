namespace AmViz.Responses;

/// <summary>Single-precision numbers as whole numbers of the same order: neighbours differ by one.</summary>
/// <remarks>
/// The usual trick of sorting floats by their bits. Cut by <c>level</c> low bits it is a bucket whose width is at most 2^(level - 23) of its smaller end,
/// the log-linear buckets of HdrHistogram; a bucket of one level is exactly two of the level below.
/// </remarks>
internal static class ResponseKey
{
    private const uint Sign = 0x8000_0000;

    /// <summary>The key of a number; both zeros have the same.</summary>
    /// <param name="value">Finite.</param>
    public static uint Of(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value == 0 ? 0f : value);
        return (bits & Sign) == 0 ? bits | Sign : ~bits;
    }

    /// <summary>The number of a key.</summary>
    public static float Value(uint key) => BitConverter.UInt32BitsToSingle((key & Sign) != 0 ? key & ~Sign : ~key);

    /// <summary>Smallest and largest number of a bucket.</summary>
    /// <param name="bucket">A key without its <paramref name="level"/> low bits.</param>
    /// <param name="level">0 to 32.</param>
    public static (float Low, float High) Range(uint bucket, int level)
    {
        var first = level >= 32 ? 0 : bucket << level;
        var last = level >= 32 ? uint.MaxValue : first | ((1u << level) - 1);
        return (Finite(first), Finite(last));
    }

    /// <summary>The bucket of a key.</summary>
    public static uint Bucket(uint key, int level) => level >= 32 ? 0 : key >> level;

    // The outermost bucket may reach past the largest finite number, where no response lies.
    private static float Finite(uint key)
    {
        var value = Value(key);
        return float.IsNaN(value) || float.IsInfinity(value) ? ((key & Sign) != 0 ? float.MaxValue : float.MinValue) : value;
    }
}

using System.Numerics;

namespace AmViz.Responses;

/// <summary>Sums of numbers and of their squares without any rounding, so that neither order nor grouping matters.</summary>
/// <remarks>
/// A single-precision number is a whole number of 24 bits times a power of two. For each of the 255 powers the whole numbers, and their squares, are added
/// up as integers: a superaccumulator (Neal 2015, arXiv 1505.05571) cut by exponent. Exact for up to 2^39 numbers.
/// </remarks>
internal sealed class ExactMoments
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 150;                   // 127, and the 23 bits behind the point
    private const int Exponents = 255;                      // of finite numbers

    /// <summary>Most numbers that are added by one call: their squares, each below 2^48, then add up to less than 2^64.</summary>
    public const int MostAtOnce = 1 << 16;

    private int _first;
    private long[] _sums = [];                              // of exponents _first, _first + 1, ...
    private UInt128[] _squares = [];

    /// <summary>Numbers added.</summary>
    public long Count { get; private set; }

    /// <summary>Exponent of the first bin, 1 to 254.</summary>
    public int First => _first;

    /// <summary>Sums of the whole numbers, bin by bin.</summary>
    public ReadOnlySpan<long> Sums => _sums;

    /// <summary>Sums of their squares, bin by bin.</summary>
    public ReadOnlySpan<UInt128> Squares => _squares;

    /// <summary>The mean; null without numbers.</summary>
    public double? Mean => Count == 0 ? null : Ratio(Total(), Count, _first - ExponentBias);

    /// <summary>The deviation, of the numbers themselves and not of a population behind them; null without numbers.</summary>
    public double? Deviation
    {
        get
        {
            if (Count == 0)
            {
                return null;
            }

            // n * sum of squares - square of the sum, over n^2.
            var total = Total();
            var spread = (Count * TotalOfSquares()) - (total * total);
            return Math.Sqrt(Ratio(spread, (BigInteger)Count * Count, 2 * (_first - ExponentBias)));
        }
    }

    /// <summary>Makes moments of what a file holds.</summary>
    public static ExactMoments Restore(long count, int first, long[] sums, UInt128[] squares) => new() { Count = count, _first = first, _sums = sums, _squares = squares };

    /// <summary>Adds numbers.</summary>
    /// <param name="values">Finite; at most <see cref="MostAtOnce"/>.</param>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.Length > MostAtOnce)
        {
            throw new ArgumentException($"Found {values.Length} numbers; expected at most {MostAtOnce}.", nameof(values));
        }

        Span<long> sums = stackalloc long[Exponents];
        Span<ulong> squares = stackalloc ulong[Exponents];
        sums.Clear();
        squares.Clear();
        var (first, last) = (Exponents, -1);
        foreach (var value in values)
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            var exponent = (int)(bits >> MantissaBits) & 0xFF;
            var whole = (long)(bits & ((1u << MantissaBits) - 1)) | (exponent > 0 ? 1L << MantissaBits : 0);
            if (whole != 0)
            {
                exponent = Math.Max(exponent, 1);           // numbers below the smallest normal one have its power
                sums[exponent] += (bits >> 31) == 0 ? whole : -whole;
                squares[exponent] += (ulong)(whole * whole);
                (first, last) = (Math.Min(first, exponent), Math.Max(last, exponent));
            }
        }

        Count += values.Length;
        AddBins(sums, squares, first, last);
    }

    /// <summary>Adds all that another saw.</summary>
    public void Merge(ExactMoments other)
    {
        Count += other.Count;
        for (var i = 0; i < other._sums.Length; i++)
        {
            var bin = Bin(other._first + i);
            _sums[bin] += other._sums[i];
            _squares[bin] += other._squares[i];
        }
    }

    private BigInteger Total() => _sums.Select((sum, i) => (BigInteger)sum << i).Aggregate(BigInteger.Zero, (all, one) => all + one);

    private BigInteger TotalOfSquares() => _squares.Select((sum, i) => (BigInteger)sum << (2 * i)).Aggregate(BigInteger.Zero, (all, one) => all + one);

    /// <summary>above / below * 2^exponent, to the last bit or next to it.</summary>
    private static double Ratio(BigInteger above, BigInteger below, int exponent)
    {
        const int Digits = 64;
        var shift = Digits + (int)below.GetBitLength() - (int)BigInteger.Abs(above).GetBitLength();
        var quotient = shift >= 0 ? (above << shift) / below : above / (below << -shift);
        return Math.ScaleB((double)quotient, exponent - shift);
    }

    private void AddBins(ReadOnlySpan<long> sums, ReadOnlySpan<ulong> squares, int first, int last)
    {
        if (first > last)
        {
            return;
        }

        _ = Bin(first);
        for (var (bin, exponent) = (Bin(last) - last + first, first); exponent <= last; (bin, exponent) = (bin + 1, exponent + 1))
        {
            _sums[bin] += sums[exponent];
            _squares[bin] += squares[exponent];
        }
    }

    private int Bin(int exponent)
    {
        if (_sums.Length == 0)
        {
            (_first, _sums, _squares) = (exponent, new long[1], new UInt128[1]);
        }

        if (exponent < _first || exponent >= _first + _sums.Length)
        {
            var (first, last) = (Math.Min(exponent, _first), Math.Max(exponent, _first + _sums.Length - 1));
            var (sums, squares) = (new long[last - first + 1], new UInt128[last - first + 1]);
            _sums.CopyTo(sums, _first - first);
            _squares.CopyTo(squares, _first - first);
            (_first, _sums, _squares) = (first, sums, squares);
        }

        return exponent - _first;
    }
}

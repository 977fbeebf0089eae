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

    /// <summary>Adds a number.</summary>
    /// <param name="value">Finite.</param>
    public void Add(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var exponent = (int)(bits >> MantissaBits) & 0xFF;
        var whole = (long)(bits & ((1u << MantissaBits) - 1)) | (exponent > 0 ? 1L << MantissaBits : 0);
        Count++;
        if (whole == 0)
        {
            return;
        }

        var bin = Bin(Math.Max(exponent, 1));               // numbers below the smallest normal one have its power
        _sums[bin] += (bits >> 31) == 0 ? whole : -whole;
        _squares[bin] += (ulong)(whole * whole);
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

using System.Numerics;

namespace AmViz.Responses;

/// <summary>How often responses fall into buckets: the finest buckets of which at most <see cref="Limit"/> are occupied.</summary>
/// <remarks>
/// Buckets are those of <see cref="ResponseKey"/>. When too many are occupied all pairs of neighbours become one, as in UDDSketch (Epicoco et al. 2020,
/// section 3, uniform collapse). The level follows from the set of responses alone: a part of them never needs a coarser one than the whole. So sketches
/// that are merged in any order are equal, bucket for bucket, to one that saw all responses.
/// </remarks>
internal sealed class ResponseSketch
{
    private uint[] _buckets = [];            // ascending
    private int[] _counts = [];

    /// <summary>An empty sketch.</summary>
    /// <param name="limit">Most buckets, at least 1.</param>
    public ResponseSketch(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        Limit = limit;
    }

    /// <summary>Most buckets.</summary>
    public int Limit { get; }

    /// <summary>Bits that a bucket leaves out of its keys, 0 to 32.</summary>
    public int Level { get; private set; }

    /// <summary>Number of responses.</summary>
    public long Count { get; private set; }

    /// <summary>Occupied buckets, ascending.</summary>
    public ReadOnlySpan<uint> Buckets => _buckets;

    /// <summary>Responses of each bucket.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>How far a number told for a bucket may lie from a response in it, as a share of the response: half the width of a bucket.</summary>
    public double RelativeError => Level == 0 ? 0 : Math.Min(1, Math.Pow(2, Level - 24));

    /// <summary>Makes a sketch of what a file holds.</summary>
    public static ResponseSketch Restore(int limit, int level, uint[] buckets, int[] counts)
        => new(limit) { Level = level, _buckets = buckets, _counts = counts, Count = counts.Sum(count => (long)count) };

    /// <summary>Adds responses.</summary>
    /// <param name="sortedKeys">Their keys, ascending.</param>
    public void Add(ReadOnlySpan<uint> sortedKeys)
    {
        if (sortedKeys.IsEmpty)
        {
            return;
        }

        var (level, length) = LevelFor(sortedKeys, Limit);
        var (buckets, counts, used) = (new uint[length], new int[length], 0);
        foreach (var key in sortedKeys)
        {
            Append(buckets, counts, ref used, ResponseKey.Bucket(key, level), 1);
        }

        if (Count == 0)
        {
            (Level, Count, _buckets, _counts) = (level, sortedKeys.Length, buckets, counts);
        }
        else
        {
            Merge(new(Limit) { Level = level, Count = sortedKeys.Length, _buckets = buckets, _counts = counts });
        }
    }

    /// <summary>Adds what another sketch of the same limit saw.</summary>
    public void Merge(ResponseSketch other)
    {
        if (other.Limit != Limit)
        {
            throw new ArgumentException($"Found a sketch of {other.Limit} buckets; expected one of {Limit}.", nameof(other));
        }

        var level = Math.Max(Level, other.Level);
        var (buckets, counts, used) = (new uint[_buckets.Length + other._buckets.Length], new int[_buckets.Length + other._buckets.Length], 0);
        var (i, j) = (0, 0);
        while (i < _buckets.Length || j < other._buckets.Length)
        {
            var mine = i < _buckets.Length ? Coarser(_buckets[i], Level, level) : uint.MaxValue;
            var theirs = j < other._buckets.Length ? Coarser(other._buckets[j], other.Level, level) : uint.MaxValue;
            var takesMine = j == other._buckets.Length || (i < _buckets.Length && mine <= theirs);
            Append(buckets, counts, ref used, takesMine ? mine : theirs, takesMine ? _counts[i] : other._counts[j]);
            (i, j) = takesMine ? (i + 1, j) : (i, j + 1);
        }

        (Level, Count) = (level, Count + other.Count);
        Fit(buckets.AsSpan(0, used), counts.AsSpan(0, used));
    }

    /// <summary>The same responses at a coarser level.</summary>
    /// <param name="level">Not below <see cref="Level"/>.</param>
    public ResponseSketch At(int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, Level);
        var coarse = new ResponseSketch(Limit) { Level = level, Count = Count };
        var (buckets, counts, used) = (new uint[_buckets.Length], new int[_buckets.Length], 0);
        for (var i = 0; i < _buckets.Length; i++)
        {
            Append(buckets, counts, ref used, Coarser(_buckets[i], Level, level), _counts[i]);
        }

        (coarse._buckets, coarse._counts) = (buckets[..used], counts[..used]);
        return coarse;
    }

    /// <summary>A quantile: the middle of the bucket that holds the response of that rank, within <see cref="RelativeError"/> of it.</summary>
    /// <param name="share">0 (the smallest) to 1 (the largest).</param>
    /// <returns>Null if there is no response.</returns>
    public float? Quantile(double share)
    {
        var rank = (long)Math.Round(share * (Count - 1), MidpointRounding.ToEven);
        var before = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            before += _counts[i];
            if (rank < before)
            {
                var (low, high) = ResponseKey.Range(_buckets[i], Level);
                return (float)(((double)low + high) / 2);
            }
        }

        return null;
    }

    private void Fit(ReadOnlySpan<uint> buckets, ReadOnlySpan<int> counts)
    {
        var (further, _) = LevelFor(buckets, Limit);
        if (further == 0)
        {
            (_buckets, _counts) = (buckets.ToArray(), counts.ToArray());
            return;
        }

        var (coarse, sums, used) = (new uint[Limit], new int[Limit], 0);
        for (var i = 0; i < buckets.Length; i++)
        {
            Append(coarse, sums, ref used, ResponseKey.Bucket(buckets[i], further), counts[i]);
        }

        Level += further;
        (_buckets, _counts) = (coarse[..used], sums[..used]);
    }

    /// <summary>The fewest bits to leave out so that at most <paramref name="limit"/> different numbers are left.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="limit">At least 1.</param>
    /// <returns>The bits, and how many numbers are left.</returns>
    private static (int Level, int Left) LevelFor(ReadOnlySpan<uint> sorted, int limit)
    {
        // Neighbours become one as soon as the highest bit in which they differ is left out.
        Span<int> partedUpTo = stackalloc int[33];
        for (var i = 1; i < sorted.Length; i++)
        {
            partedUpTo[32 - BitOperations.LeadingZeroCount(sorted[i] ^ sorted[i - 1])]++;
        }

        var (left, level) = (sorted.Length - partedUpTo[0], 0);
        while (left > limit)
        {
            left -= partedUpTo[++level];
        }

        return (level, left);
    }

    private static uint Coarser(uint bucket, int from, int to) => ResponseKey.Bucket(bucket, to - from);

    private static void Append(uint[] buckets, int[] counts, ref int used, uint bucket, int count)
    {
        if (used > 0 && buckets[used - 1] == bucket)
        {
            counts[used - 1] = checked(counts[used - 1] + count);
            return;
        }

        (buckets[used], counts[used]) = (bucket, count);
        used++;
    }
}

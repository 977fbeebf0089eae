using System.Numerics.Tensors;

namespace AmViz.Responses;

/// <summary>Multiplies every query with every vector.</summary>
/// <remarks>In blocks of both, so that a block of vectors is read from memory once for a block of queries, and from a cache of the processor for each query.</remarks>
public sealed class ExactSearch : INearestSearch
{
    /// <summary>Most channels that are compared pair by pair when nobody says otherwise.</summary>
    public const int MostChannels = 20_000;

    // 64 vectors of 512 numbers are 128 KiB.
    private const int Block = 64;

    /// <inheritdoc/>
    public string Name => "exact";

    /// <summary>The dot product of two vectors of length 1.</summary>
    public static float Correlation(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => Math.Clamp(TensorPrimitives.Dot(one, other), -1, 1);

    /// <inheritdoc/>
    public IReadOnlyList<Neighbour>[] Find(IReadOnlyList<float[]> targets, IReadOnlyList<float[]> queries, int count, Action<double> report, CancellationToken cancellationToken)
    {
        var (found, blocks, done) = (new IReadOnlyList<Neighbour>[queries.Count], (queries.Count + Block - 1) / Block, 0);
        Parallel.For(0, blocks, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, block =>
        {
            var (first, end) = (block * Block, Math.Min(queries.Count, (block + 1) * Block));
            NearestList[] lists = [.. Enumerable.Range(first, end - first).Select(_ => new NearestList(count))];
            for (var from = 0; from < targets.Count; from += Block)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Compare(targets, from, Math.Min(targets.Count, from + Block), queries, first, lists);
            }

            for (var at = first; at < end; at++)
            {
                found[at] = lists[at - first].ToArray();
            }

            report((double)Interlocked.Increment(ref done) / blocks);
        });
        return found;
    }

    private static void Compare(IReadOnlyList<float[]> targets, int from, int to, IReadOnlyList<float[]> queries, int first, NearestList[] lists)
    {
        for (var query = 0; query < lists.Length; query++)
        {
            var vector = queries[first + query];
            for (var target = from; target < to; target++)
            {
                lists[query].Add(target, Correlation(vector, targets[target]));
            }
        }
    }
}

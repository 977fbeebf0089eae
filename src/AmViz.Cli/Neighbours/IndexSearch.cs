using AmViz.Responses;
using Cloud.Unum.USearch;

namespace AmViz.Cli.Neighbours;

/// <summary>Walks a graph in which near vectors are linked, and so meets a small part of all vectors only.</summary>
/// <remarks>
/// Hierarchical navigable small worlds (Malkov and Yashunin 2018) as USearch builds them, with its default of 16 links a vector and widths of the walk above its defaults
/// (128, 64), which cost time and find more. The graph holds half precision, which doubles its speed; what it proposes is measured anew with the vectors themselves. It is
/// built by one thread, so that equal vectors make an equal graph.
/// </remarks>
internal sealed class IndexSearch : INearestSearch
{
    private const ulong Links = 16;
    private const ulong BuildWidth = 128;
    private const ulong WalkWidth = 128;

    // More than are wanted are proposed, since half precision orders near ones otherwise.
    private const int Spare = 16;

    // Building takes most of the time.
    private const double BuildShare = 0.7;
    private const int ReportEvery = 256;

    /// <inheritdoc/>
    public string Name => "index (USearch, HNSW)";

    /// <inheritdoc/>
    public IReadOnlyList<Neighbour>[] Find(IReadOnlyList<float[]> targets, IReadOnlyList<float[]> queries, int count, Action<double> report, CancellationToken cancellationToken)
    {
        if (targets.Count == 0 || queries.Count == 0)
        {
            return [.. queries.Select(_ => (IReadOnlyList<Neighbour>)[])];
        }

        using var index = new USearchIndex(MetricKind.Ip, ScalarKind.Float16, (ulong)targets[0].Length, Links, BuildWidth, WalkWidth, multi: false);
        for (var at = 0; at < targets.Count; at++)
        {
            if (at % ReportEvery == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                report(BuildShare * at / targets.Count);
            }

            index.Add((ulong)at, targets[at]);
        }

        return Walk(index, targets, queries, count, report, cancellationToken);
    }

    private static IReadOnlyList<Neighbour>[] Walk(
        USearchIndex index, IReadOnlyList<float[]> targets, IReadOnlyList<float[]> queries, int count, Action<double> report, CancellationToken cancellationToken)
    {
        var (found, done) = (new IReadOnlyList<Neighbour>[queries.Count], 0);
        Parallel.For(0, queries.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, query =>
        {
            var proposed = index.Search(queries[query], Math.Min(targets.Count, count + Spare), out var keys, out _);
            var list = new NearestList(count);
            foreach (var key in keys.AsSpan(0, proposed))
            {
                list.Add((int)key, ExactSearch.Correlation(queries[query], targets[(int)key]));
            }

            found[query] = list.ToArray();
            if (Interlocked.Increment(ref done) is var finished && finished % ReportEvery == 0)
            {
                report(BuildShare + ((1 - BuildShare) * finished / queries.Count));
            }
        });
        return found;
    }
}

namespace AmViz.Responses;

/// <summary>For each channel of one pass the nearest channels of another, or of the same.</summary>
/// <param name="From">Whose neighbours are told.</param>
/// <param name="To">Where they are; the same object: within one pass, where no channel is its own neighbour.</param>
/// <param name="Nearest">One list for each vector of <paramref name="From"/>, nearest first.</param>
/// <param name="Recall">Share of the exact neighbours that were found; 1 if the search was exact.</param>
public sealed record Neighbourhood(PassVectors From, PassVectors To, IReadOnlyList<IReadOnlyList<Neighbour>> Nearest, double Recall)
{
    // Queries by which the recall of an index is measured: at 200 queries with 5 neighbours each, a recall of 0.95 is known to within 0.015 (twice the deviation of a mean of 1,000).
    private const int SampledQueries = 200;

    /// <summary>Whether both are one pass.</summary>
    public bool IsWithin => ReferenceEquals(From, To);

    /// <summary>Searches, and holds what an index found against what is exact.</summary>
    /// <param name="from">Whose neighbours are wanted.</param>
    /// <param name="to">Where they are looked for.</param>
    /// <param name="count">Neighbours of a channel, at least 1.</param>
    /// <param name="search">How.</param>
    /// <param name="report">Told the share that is done, by several threads at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Neighbourhood Find(PassVectors from, PassVectors to, int count, INearestSearch search, Action<double> report, CancellationToken cancellationToken)
    {
        var all = Enumerable.Range(0, from.Vectors.Count).ToArray();
        var nearest = Find(from, all, to, count, search, report, cancellationToken);
        if (search is ExactSearch || all.Length == 0)
        {
            return new(from, to, nearest, Recall: 1);
        }

        int[] sampled = [.. Enumerable.Range(0, Math.Min(SampledQueries, all.Length)).Select(i => (int)((long)i * all.Length / Math.Min(SampledQueries, all.Length)))];
        var exact = Find(from, sampled, to, count, new ExactSearch(), _ => { }, cancellationToken);
        return new(from, to, nearest, RecallOf([.. sampled.Select(query => nearest[query])], exact));
    }

    /// <summary>Share of the exact neighbours that were found; of equally near ones any counts.</summary>
    /// <param name="found">What was found for each query.</param>
    /// <param name="exact">What there is.</param>
    /// <returns>0 to 1.</returns>
    public static double RecallOf(IReadOnlyList<IReadOnlyList<Neighbour>> found, IReadOnlyList<IReadOnlyList<Neighbour>> exact)
    {
        var (hits, wanted) = (0L, 0L);
        for (var query = 0; query < exact.Count; query++)
        {
            wanted += exact[query].Count;
            hits += exact[query].Count == 0 ? 0 : Math.Min(exact[query].Count, found[query].Count(neighbour => neighbour.Correlation >= exact[query][^1].Correlation));
        }

        return wanted == 0 ? 1 : (double)hits / wanted;
    }

    private static IReadOnlyList<Neighbour>[] Find(
        PassVectors from, int[] queries, PassVectors to, int count, INearestSearch search, Action<double> report, CancellationToken cancellationToken)
    {
        var itself = ReferenceEquals(from, to);
        var found = search.Find(to.Vectors, [.. queries.Select(query => from.Vectors[query])], itself ? count + 1 : count, report, cancellationToken);
        return itself ? [.. found.Select((list, i) => (IReadOnlyList<Neighbour>)[.. list.Where(neighbour => neighbour.Index != queries[i]).Take(count)])] : found;
    }
}

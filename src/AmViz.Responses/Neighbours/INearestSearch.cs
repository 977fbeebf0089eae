namespace AmViz.Responses;

/// <summary>Finds the nearest vectors of a set.</summary>
/// <remarks>All vectors have the same length and the norm 1. Equal sets give equal answers, whatever the number of threads.</remarks>
public interface INearestSearch
{
    /// <summary>How it searches, for people.</summary>
    string Name { get; }

    /// <summary>For each query the vectors whose correlation with it is largest.</summary>
    /// <param name="targets">What is searched.</param>
    /// <param name="queries">What is looked for; may be the same set: each vector then finds itself, too.</param>
    /// <param name="count">Most vectors that are found for a query, at least 1.</param>
    /// <param name="report">Told the share that is done, now and then, by several threads at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One list a query, nearest first, equal ones by index. Each correlation is that of the two vectors, however they were found.</returns>
    IReadOnlyList<Neighbour>[] Find(IReadOnlyList<float[]> targets, IReadOnlyList<float[]> queries, int count, Action<double> report, CancellationToken cancellationToken);
}

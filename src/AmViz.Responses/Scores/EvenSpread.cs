namespace AmViz.Responses;

/// <summary>Some of many, the same each time.</summary>
public static class EvenSpread
{
    /// <summary>So many tell a mean, and are no more work than what is compared with them.</summary>
    public const int EnoughForAMean = 16;

    /// <summary>At most so many of a list, at even distances.</summary>
    /// <param name="all">The list.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>In the order of the list; all of it if it is no longer.</returns>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> all, int most)
    {
        ArgumentNullException.ThrowIfNull(all);
        var count = Math.Min(most, all.Count);
        return [.. Enumerable.Range(0, count).Select(at => all[(int)((long)at * all.Count / count)])];
    }
}

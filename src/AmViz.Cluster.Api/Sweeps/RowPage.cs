namespace AmViz.Cluster.Api;

/// <summary>A page of tasks.</summary>
/// <param name="Places">The tasks.</param>
/// <param name="Total">How many match, on all pages.</param>
/// <param name="Next">Where the next page begins; null: there is none.</param>
internal sealed record RowPage(IReadOnlyList<RowPlace> Places, int Total, RowCursor? Next);

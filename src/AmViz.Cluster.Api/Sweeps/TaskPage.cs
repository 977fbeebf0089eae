namespace AmViz.Cluster.Api;

/// <summary>Some of the channels of a sweep.</summary>
/// <param name="Tasks">One a channel and seed.</param>
/// <param name="Total">How many match, on all pages.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; null: these were the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskLine> Tasks, int Total, string? Next);

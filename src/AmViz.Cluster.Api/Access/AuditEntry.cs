namespace AmViz.Cluster.Api;

/// <summary>A line of the audit: a request that changed something or was refused.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="Kind">What it presented.</param>
/// <param name="Id">Id of the key, or <c>sub</c> of the token; <c>none</c>: nobody knows whose it was.</param>
/// <param name="Name">What people call them.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Address, as it was sent.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Address">IP address that it came from; null: unknown.</param>
internal sealed record AuditEntry(DateTimeOffset At, CallerKind Kind, string Id, string Name, string Method, string Path, int Status, string? Address = null)
{
    /// <summary>Requests before this one whose lines are in the log alone, because more came than could be kept; null: none.</summary>
    public long? Lost { get; init; }

    /// <summary>How many refusals of the minute this line stands for, of which it is the last: those of one caller or address with one status, without the first; null: one.</summary>
    public long? Requests { get; init; }
}

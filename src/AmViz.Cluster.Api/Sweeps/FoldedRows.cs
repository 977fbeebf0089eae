namespace AmViz.Cluster.Api;

/// <summary>The rows of a sweep that has finished: two files.</summary>
/// <param name="ETag">Of the run log: another one means that there are other rows.</param>
/// <param name="Table">The rows.</param>
/// <param name="Run">Of which run, and how it ended.</param>
/// <param name="LookedAt">When the store was last asked for the tag.</param>
internal sealed record FoldedRows(string ETag, RowTable Table, (DateTimeOffset? StartedAt, TaskCounts Counts) Run, long LookedAt) : ISweepRowReader
{
    // A folder reads the whole file to tell its tag. Only a repair changes the file of a run that has ended.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The rows as they are now, at most some seconds old.</summary>
    /// <param name="known">Those that were read before; null: none.</param>
    /// <param name="plan">Of which sweep.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="blobs">The store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the sweep has no run log.</returns>
    /// <exception cref="CorruptBlobException">One of the files cannot be read.</exception>
    public static async Task<FoldedRows?> UpToDateAsync(FoldedRows? known, SweepPlan plan, SweepStatus status, IBlobStore blobs, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = (status.StartedAt, status.Counts);
        if (known is not null && known.Run == run && time.GetElapsedTime(known.LookedAt) < Interval)
        {
            return known;
        }

        var now = time.GetTimestamp();
        return await blobs.ReadPropertiesAsync(ResultLayout.RunLog(plan.Id), cancellationToken) switch
        {
            null => null,
            { ETag: var etag } when etag == known?.ETag => known with { Run = run, LookedAt = now },
            { ETag: var etag } => new(etag, await ReadAsync(plan, new(blobs), cancellationToken), run, now),
        };
    }

    private static async Task<RowTable> ReadAsync(SweepPlan plan, ManifestReader manifests, CancellationToken cancellationToken)
    {
        var table = new RowTableBuilder(plan);
        await foreach (var run in manifests.ReadRunLogAsync(plan.Id, cancellationToken))
        {
            table.Add(run, error: null, label: null, objective: null);
        }

        await foreach (var entry in manifests.ReadRowsAsync(plan.Id, cancellationToken))
        {
            table.Add(entry);
        }

        return table.Table;
    }
}

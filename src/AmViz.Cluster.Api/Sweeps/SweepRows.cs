using BitFaster.Caching.Lru;

namespace AmViz.Cluster.Api;

/// <summary>The rows of sweeps that somebody looks at, kept up to date: what was read of the store once is not read again.</summary>
/// <param name="sweeps">Plans and status.</param>
/// <param name="blobs">The store.</param>
/// <param name="parts">Rows of sweeps that have not finished.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepRows(KnownSweeps sweeps, IBlobStore blobs, ManifestParts parts, TimeProvider time)
{
    // A sweep of a million channels takes about 100 MB.
    private const int SweepsAtHand = 4;

    private readonly ConcurrentLru<SweepId, Kept> _kept = new(SweepsAtHand);

    /// <summary>The rows as they are now, at most some seconds old while the sweep runs.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task<(SweepStatus Status, RowTable Table)> OfAsync(string id, CancellationToken cancellationToken)
    {
        var status = await sweeps.StatusAsync(id, cancellationToken);
        var plan = await sweeps.PlanAsync(id, cancellationToken);
        var kept = _kept.GetOrAdd(plan.Id, _ => new());
        // Who comes second waits for what the first reads.
        await kept.Turn.WaitAsync(cancellationToken);
        try
        {
            kept.Rows = await UpToDateAsync(kept.Rows, plan, status, cancellationToken);
            return (status, kept.Rows.Table);
        }
        finally
        {
            kept.Turn.Release();
        }
    }

    private async Task<ISweepRowReader> UpToDateAsync(ISweepRowReader? reader, SweepPlan plan, SweepStatus status, CancellationToken cancellationToken)
    {
        // Of a sweep that is finished one file says whether anything is new, and two hold all rows.
        if (status.State == SweepState.Finished && await FoldedRows.UpToDateAsync(reader as FoldedRows, plan, status, blobs, time, cancellationToken) is { } folded)
        {
            return folded;
        }

        var written = reader is WrittenRows known && known.StartedAt == status.StartedAt ? known : new WrittenRows(plan, status.StartedAt, time);
        await written.UpdateAsync(parts, status, cancellationToken);
        return written;
    }

    private sealed class Kept
    {
        // Nobody disposes of it: it has no handle unless somebody asks for one.
        public SemaphoreSlim Turn { get; } = new(1);

        public ISweepRowReader? Rows { get; set; }
    }
}

/// <summary>Where the rows of a sweep were read.</summary>
internal interface ISweepRowReader
{
    /// <summary>What was read.</summary>
    RowTable Table { get; }
}

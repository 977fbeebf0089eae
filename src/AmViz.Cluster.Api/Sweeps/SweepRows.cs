namespace AmViz.Cluster.Api;

/// <summary>The rows of sweeps that somebody looks at, kept up to date: what was read of the store once is not read again.</summary>
/// <param name="sweeps">Plans and status.</param>
/// <param name="blobs">The store.</param>
/// <param name="parts">Rows of sweeps that have not finished.</param>
/// <param name="time">The clock.</param>
internal sealed class SweepRows(KnownSweeps sweeps, IBlobStore blobs, ManifestParts parts, TimeProvider time) : IDisposable
{
    // About 200 MB.
    private const long MostRows = 2_000_000;

    private readonly RecentSweeps<Kept> _recent = new(MostRows);
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>The rows as they are now, at most some seconds old.</summary>
    /// <exception cref="ProblemException">There is no such sweep.</exception>
    public async Task<(SweepStatus Status, RowTable Table)> OfAsync(string id, CancellationToken cancellationToken)
    {
        var status = await sweeps.StatusAsync(id, cancellationToken);
        var plan = await sweeps.PlanAsync(id, cancellationToken);
        var kept = _recent.Of(plan);
        // Who comes second waits for what the first reads, and has it also if the first has left meanwhile.
        await kept.Turn.WaitAsync(cancellationToken);
        return (status, await UpdateAsync(kept, plan, status).WaitAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    /// <summary>Ends the turn.</summary>
    private async Task<RowTable> UpdateAsync(Kept kept, SweepPlan plan, SweepStatus status)
    {
        try
        {
            kept.Rows = await UpToDateAsync(kept.Rows, plan, status, _leaving.Token);
            return kept.Rows.Table;
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

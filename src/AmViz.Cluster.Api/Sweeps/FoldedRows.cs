namespace AmViz.Cluster.Api;

/// <summary>The rows of a sweep that has finished: two files.</summary>
/// <param name="ETag">Of the run log: another one means that there are other rows.</param>
/// <param name="Table">The rows.</param>
internal sealed record FoldedRows(string ETag, RowTable Table) : ISweepRowReader
{
    /// <summary>Reads both.</summary>
    /// <exception cref="CorruptBlobException">One cannot be read.</exception>
    public static async Task<FoldedRows> ReadAsync(SweepPlan plan, ManifestReader manifests, string etag, CancellationToken cancellationToken)
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

        return new(etag, table.Table);
    }
}

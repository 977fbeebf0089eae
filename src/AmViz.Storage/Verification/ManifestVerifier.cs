namespace AmViz.Storage;

/// <summary>Holds every row of a manifest against its blob: holes, missing, changed and orphaned pictures. Changes nothing.</summary>
/// <param name="blobs">Where.</param>
/// <param name="readRecord">Reads a picture's own record.</param>
public sealed class ManifestVerifier(IBlobStore blobs, PictureRecordReader readRecord)
{
    private readonly SweepStore _sweeps = new(blobs);
    private readonly ManifestReader _manifests = new(blobs);

    /// <summary>Verifies one sweep, or all of them.</summary>
    /// <param name="sweep">Which; null: every sweep of the store.</param>
    /// <param name="progress">Told layer by layer how far it is; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">The store has no such sweep.</exception>
    public async Task<VerificationReport> VerifyAsync(
        SweepId? sweep, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        var all = await _sweeps.ListAsync(cancellationToken).ToListAsync(cancellationToken);
        if (sweep is { } asked && !all.Contains(asked))
        {
            throw new StorageException($"{blobs.Name} has no sweep '{asked}'. It has {(all.Count == 0 ? "none" : string.Join(", ", all))}.");
        }

        // Sweeps share pictures, so every plan is needed to tell an orphan from another sweep's picture.
        var plans = new List<SweepPlan>();
        var reports = new List<VerifiedSweep>();
        foreach (var id in all)
        {
            if (await TryReadPlanAsync(id, cancellationToken) is var (plan, problem) && plan is not null)
            {
                plans.Add(plan);
            }
            else if (sweep is null || id == sweep)
            {
                reports.Add(new(id, 0, 0, 0, 0, [problem!]));
            }
        }

        foreach (var plan in plans.Where(plan => sweep is null || plan.Id == sweep))
        {
            reports.Add(await VerifySweepAsync(plan, plans, progress, cancellationToken));
        }

        return new([.. reports.OrderBy(report => report.SweepId.Value, StringComparer.Ordinal)]);
    }

    private async Task<VerifiedSweep> VerifySweepAsync(
        SweepPlan plan, IReadOnlyList<SweepPlan> plans, IProgress<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        var findings = new List<VerificationFinding>();
        var rows = await ReadRowsAsync(plan, findings, cancellationToken);
        var byLayer = rows.ToLookup(row => (row.Model, row.WeightsDigest, row.Layer));
        var known = plan.Layers.Select(layer => (layer.Model, layer.WeightsDigest, layer.Layer)).ToHashSet();
        findings.AddRange(rows.Where(row => !known.Contains((row.Model, row.WeightsDigest, row.Layer))).Select(LayerVerifier.Stray));
        var (pictures, bytes, done) = (0, 0L, 0);
        foreach (var layer in plan.Layers)
        {
            var verifier = new LayerVerifier(blobs, readRecord, plan, layer, plans);
            await verifier.VerifyAsync([.. byLayer[(layer.Model, layer.WeightsDigest, layer.Layer)]], cancellationToken);
            findings.AddRange(verifier.Findings);
            pictures += verifier.Pictures;
            bytes += verifier.Bytes;
            done += layer.Channels.Count * plan.Seeds.Count;
            progress?.Report(new(plan.Id, done, plan.TaskCount));
        }

        return new(plan.Id, plan.TaskCount, rows.Count, pictures, bytes, findings);
    }

    // Without a manifest the parts still know the rows, so that one finding does not hide all others.
    private async Task<IReadOnlyList<ManifestEntry>> ReadRowsAsync(
        SweepPlan plan, List<VerificationFinding> findings, CancellationToken cancellationToken)
    {
        try
        {
            if (await _manifests.ReadHeaderAsync(plan.Id, cancellationToken) is { } header)
            {
                return await ReadFoldedAsync(header, findings, cancellationToken);
            }

            findings.Add(new(FindingKind.ManifestMissing, ResultLayout.ManifestHeader(plan.Id).Value, "There is no manifest; the sweep has not ended. Run it again."));
        }
        catch (CorruptBlobException e)
        {
            findings.Add(Unreadable(e));
        }

        return await ReadPartsAsync(plan, findings, cancellationToken);
    }

    private async Task<IReadOnlyList<ManifestEntry>> ReadFoldedAsync(
        ManifestHeader header, List<VerificationFinding> findings, CancellationToken cancellationToken)
    {
        using var digest = new RowsDigest();
        var rows = new List<ManifestEntry>();
        await foreach (var row in _manifests.ReadRowsAsync(header.SweepId, cancellationToken))
        {
            digest.Add(row);
            rows.Add(row);
        }

        if (digest.Finish() != header.RowsDigest)
        {
            findings.Add(new(FindingKind.ManifestMismatch, ResultLayout.Manifest(header.SweepId).Value, $"Its {rows.Count} rows are not those that manifest.json was written for. Run the sweep again; the manifest is made anew from its parts."));
        }

        return rows;
    }

    private async Task<IReadOnlyList<ManifestEntry>> ReadPartsAsync(
        SweepPlan plan, List<VerificationFinding> findings, CancellationToken cancellationToken)
    {
        var parts = new ManifestParts(blobs);
        var rows = new List<ManifestEntry>();
        foreach (var shard in plan.Shards())
        {
            try
            {
                rows.AddRange((await ShardRows.ReadAsync(parts, shard, cancellationToken)).Entries);
            }
            catch (StorageException e) when (e is not StoreUnreachableException)
            {
                findings.Add(new(FindingKind.Unreadable, ResultLayout.Parts(shard.Id), e.Message));
            }
        }

        return rows;
    }

    private async Task<(SweepPlan? Plan, VerificationFinding? Problem)> TryReadPlanAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        try
        {
            var plan = await _sweeps.ReadPlanAsync(sweep, cancellationToken);
            return plan is not null
                ? (plan, null)
                : (null, new(FindingKind.Unreadable, ResultLayout.Plan(sweep).Value, $"The plan is missing. Restore it from a copy, or remove the folder '{ResultLayout.Sweep(sweep)}' and run the sweep again (no picture is lost by that)."));
        }
        catch (CorruptBlobException e)
        {
            return (null, Unreadable(e));
        }
    }

    private static VerificationFinding Unreadable(CorruptBlobException e) => new(FindingKind.Unreadable, e.Path.Value, e.Message);
}

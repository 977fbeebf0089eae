using System.Security.Cryptography;

namespace AmViz.Storage;

/// <summary>
/// Makes manifests right again: rows from the pictures' own records, no row without its picture, no damaged picture in the way of a new one. What is missing then
/// is drawn by running the sweep again.
/// </summary>
/// <param name="blobs">Where.</param>
/// <param name="readRecord">Reads a picture's own record.</param>
/// <param name="time">The clock; null: the system's.</param>
public sealed class ManifestRepairer(IBlobStore blobs, PictureRecordReader readRecord, TimeProvider? time = null)
{
    private readonly SweepStore _sweeps = new(blobs);
    private readonly ManifestReader _manifests = new(blobs);
    private readonly ManifestVerifier _verifier = new(blobs, readRecord);

    /// <summary>Repairs one sweep, or all of them, and verifies them afterwards. Nothing is touched if one of them is at work.</summary>
    /// <param name="sweep">Which; null: every sweep of the store.</param>
    /// <param name="cancellationToken">Gives up; repairing again goes on.</param>
    /// <exception cref="StorageException">The store has no such sweep, or it is at work.</exception>
    public async Task<RepairReport> RepairAsync(SweepId? sweep, CancellationToken cancellationToken)
    {
        var before = await _verifier.VerifyAsync(sweep, progress: null, cancellationToken);
        await RequireRestAsync([.. before.Sweeps.Select(verified => verified.SweepId)], cancellationToken);
        var repairs = new List<RepairedSweep>();
        foreach (var verified in before.Sweeps)
        {
            repairs.Add(verified.Findings.Count > 0 && await TryReadPlanAsync(verified.SweepId, cancellationToken) is { } plan
                ? await RepairAsync(plan, cancellationToken)
                : new(verified.SweepId, 0, 0, 0, 0, Folded: false));
        }

        var after = repairs.Exists(repair => repair.Changed) ? await _verifier.VerifyAsync(sweep, progress: null, cancellationToken) : before;
        return new(repairs, after.Sweeps);
    }

    private async Task RequireRestAsync(SweepId[] sweeps, CancellationToken cancellationToken)
    {
        var live = new List<SweepId>();
        foreach (var sweep in sweeps)
        {
            if (await JournalState.IsLiveAsync(blobs, sweep, cancellationToken))
            {
                live.Add(sweep);
            }
        }

        if (live.Count > 0)
        {
            throw new StorageException(
                $"Sweep {string.Join(", ", live)} of {blobs.Name} is at work, so nothing was repaired. Pause it first ('amviz sweep pause {live[0]}'), or name another sweep; "
                + "if it ran in a process that was killed, run it again to its end first.");
        }
    }

    private async Task<RepairedSweep> RepairAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        var folded = (await ReadFoldedAsync(plan.Id, cancellationToken)).ToLookup(ShardRows.TaskOf);
        var total = new RepairedSweep(plan.Id, 0, 0, 0, 0, Folded: false);
        if (plan.Work is { } work)
        {
            // Rows stay: those of results that are gone are made anew when the sweep is run again.
            return total with { PicturesRemoved = await RemoveRottenAsync(folded.SelectMany(rows => rows), work, cancellationToken) };
        }

        foreach (var shard in plan.Shards())
        {
            var repairer = new ShardRepairer(blobs, readRecord, shard, time ?? TimeProvider.System);
            await repairer.RepairAsync([.. shard.Tasks().SelectMany(task => folded[task])], cancellationToken);
            total = total with
            {
                RowsRebuilt = total.RowsRebuilt + repairer.RowsRebuilt,
                RowsDropped = total.RowsDropped + repairer.RowsDropped,
                PicturesRemoved = total.PicturesRemoved + repairer.PicturesRemoved,
                PartsRemoved = total.PartsRemoved + repairer.PartsRemoved,
            };
        }

        var digest = await DigestAsync(plan.Id, cancellationToken);
        var header = await new ManifestWriter(blobs).FoldAsync(plan, cancellationToken);
        return total with { Folded = header.RowsDigest != digest };
    }

    /// <summary>Removes what came of tasks that draw nothing and is not what its row was written for, so that it can be computed anew.</summary>
    private async Task<int> RemoveRottenAsync(IEnumerable<ManifestEntry> rows, IComputedWork work, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var row in rows.Where(row => row.Sha256 is not null))
        {
            var path = ResultLayout.Computed(work, row.Layer, row.Channel);
            var blob = await blobs.ReadAsync(path, cancellationToken);
            if (blob is not null && Convert.ToHexStringLower(SHA256.HashData(blob.Content.Span)) != row.Sha256)
            {
                removed += await blobs.DeleteAsync(path, cancellationToken) ? 1 : 0;
            }
        }

        return removed;
    }

    // Null where header and rows do not belong together, so that folding counts as a change.
    private async Task<string?> DigestAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        try
        {
            using var digest = new RowsDigest();
            await foreach (var row in _manifests.ReadRowsAsync(sweep, cancellationToken))
            {
                digest.Add(row);
            }

            var found = digest.Finish();
            return (await _manifests.ReadHeaderAsync(sweep, cancellationToken))?.RowsDigest == found ? found : null;
        }
        catch (CorruptBlobException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<ManifestEntry>> ReadFoldedAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        try
        {
            return await _manifests.ReadRowsAsync(sweep, cancellationToken).ToListAsync(cancellationToken);
        }
        catch (CorruptBlobException)
        {
            return [];
        }
    }

    // A plan that is lost cannot be repaired; the verification goes on saying so.
    private async Task<SweepPlan?> TryReadPlanAsync(SweepId sweep, CancellationToken cancellationToken)
    {
        try
        {
            return await _sweeps.ReadPlanAsync(sweep, cancellationToken);
        }
        catch (CorruptBlobException)
        {
            return null;
        }
    }
}

using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Brings the progress of a shard up to what is in the store.</summary>
/// <param name="parts">Rows.</param>
/// <param name="results">Pictures.</param>
internal sealed class ShardRecovery(ManifestParts parts, ResultStore results)
{
    /// <summary>Reads the parts that are not in the progress yet, and lists the shard's pictures once.</summary>
    /// <returns>Tasks whose picture is stored but whose row is not written: the process died between the two, or another sweep drew them.</returns>
    /// <exception cref="CorruptBlobException">A part is not what was written.</exception>
    public async Task<IReadOnlyDictionary<int, ManifestEntry>> UpdateAsync(ShardProgress progress, Shard shard, ShardAdmission admission, CancellationToken cancellationToken)
    {
        var retries = admission.Retries.Where(retry => retry.Filter.Covers(shard.Id.Model, shard.Id.Layer)).ToArray();
        await foreach (var row in parts.ReadAsync(shard.Id, progress.AddPart, cancellationToken))
        {
            if (shard.IndexOf(row.Run.Task) is { } task && !Array.Exists(retries, retry => retry.Revokes(row)))
            {
                progress.Record(task, row);
            }
        }

        var stored = await results.FindAsync(shard, progress.PictureLengths, cancellationToken);
        for (var task = 0; task < shard.Count; task++)
        {
            if (!Stands(progress, task, stored))
            {
                progress.Reopen(task);
            }
        }

        return stored.WithoutRow;
    }

    /// <summary>Whether the row of a task still counts. One of a picture that is gone does not, nor does a failure from before this run; dead and diverged channels stay what they are, since the same seed would find the same.</summary>
    private static bool Stands(ShardProgress progress, int task, StoredPictures stored) => progress.OutcomeOf(task) switch
    {
        ChannelOutcome.Rendered => stored.Known.Contains(task),
        ChannelOutcome.Failed => progress.IsOfThisRun(task),
        _ => true,
    };
}

namespace AmViz.Storage;

/// <summary>What the parts of one shard come to: the row that counts for every task, and all attempts.</summary>
/// <param name="Entries">One row a task, in the order of the tasks; tasks that nothing is known of are left out.</param>
/// <param name="Runs">Every attempt, in the order in which they were written down.</param>
internal sealed record ShardRows(IReadOnlyList<ManifestEntry> Entries, IReadOnlyList<RunLogEntry> Runs)
{
    /// <summary>Reads the parts of <paramref name="shard"/> and lets the row that counts win for every task.</summary>
    public static async Task<ShardRows> ReadAsync(ManifestParts parts, Shard shard, CancellationToken cancellationToken)
    {
        var indexes = shard.Tasks().Index().ToDictionary(item => item.Item, item => item.Index);
        var recipe = shard.Recipe.Hash;
        var winners = new ManifestEntry?[shard.Count];
        var runs = new List<RunLogEntry>();
        await foreach (var (entry, run) in parts.ReadAsync(shard.Id, cancellationToken))
        {
            if (!indexes.TryGetValue(TaskOf(entry), out var index) || run.Task != TaskOf(entry) || entry.Recipe != recipe)
            {
                throw new StorageException($"A part of shard '{shard.Id}' has a row of '{TaskOf(entry)}', recipe {entry.Recipe}, which the shard does not have. Its parts were written by another plan; remove '{ResultLayout.Parts(shard.Id)}' and run again: pictures are found by their own records.");
            }

            winners[index] = Winner(winners[index], entry);
            runs.Add(run);
        }

        return new([.. winners.OfType<ManifestEntry>()], runs);
    }

    /// <summary>The task of a row.</summary>
    public static ChannelTask TaskOf(ManifestEntry entry) => new(entry.Model, entry.WeightsDigest, entry.Layer, entry.Channel, entry.Seed);

    // The newest row counts, but a picture once stored is never lost to the failure of a later, needless attempt.
    private static ManifestEntry Winner(ManifestEntry? older, ManifestEntry newer)
        => older is { Outcome: ChannelOutcome.Rendered } && newer.Outcome != ChannelOutcome.Rendered ? older : newer;
}

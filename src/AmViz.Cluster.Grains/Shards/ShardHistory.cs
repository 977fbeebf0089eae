using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>What the store knows of a shard.</summary>
/// <param name="Endings">Tasks that are done, as the rows say that are written of them.</param>
/// <param name="Found">Tasks whose picture is stored but whose row is not written: the process died between the two, or another sweep drew them.</param>
internal sealed record ShardHistory(IReadOnlyDictionary<int, TaskEnding> Endings, IReadOnlyList<FoundChannel> Found)
{
    /// <summary>Reads the shard's parts, except those that <paramref name="memory"/> holds, and lists its pictures once.</summary>
    /// <remarks>
    /// A row of a picture that is gone does not count: it is drawn again. Neither does a failure from before this run.
    /// Dead and diverged channels stay what they are: the same seed would find the same.
    /// </remarks>
    public static async Task<ShardHistory> ReadAsync(
        ManifestParts parts, ResultStore results, Shard shard, ShardMemory memory, CancellationToken cancellationToken)
    {
        var endings = memory.Endings();
        bool IsNew(long epoch, long sequence)
        {
            var isNew = !memory.Holds(epoch, sequence);
            if (isNew)
            {
                memory.Add(epoch, sequence);
            }

            return isNew;
        }

        await foreach (var row in parts.ReadAsync(shard.Id, IsNew, cancellationToken))
        {
            if (shard.IndexOf(row.Run.Task) is { } index && !(IsRendered(endings, index) && row.Entry.Outcome != ChannelOutcome.Rendered))
            {
                endings[index] = TaskEnding.Of(row, memory.RunStartedAt);
            }
        }

        var rendered = endings.Where(ending => ending.Value.Outcome == ChannelOutcome.Rendered).ToDictionary(ending => ending.Key, ending => (long)ending.Value.Bytes);
        var found = await results.FindAsync(shard, rendered, cancellationToken);
        var there = found.Where(channel => channel.Entry is null).Select(channel => channel.Index).ToHashSet();
        return new(
            endings.Where(ending => IsFinal(ending.Value) || there.Contains(ending.Key)).ToDictionary(),
            [.. found.Where(channel => channel.Entry is not null)]);
    }

    private static bool IsRendered(Dictionary<int, TaskEnding> endings, int task)
        => endings.TryGetValue(task, out var ending) && ending.Outcome == ChannelOutcome.Rendered;

    private static bool IsFinal(TaskEnding ending) => ending.Outcome switch
    {
        ChannelOutcome.Dead or ChannelOutcome.NotFinite => true,
        ChannelOutcome.Failed => ending.IsOfThisRun,
        _ => false,
    };
}

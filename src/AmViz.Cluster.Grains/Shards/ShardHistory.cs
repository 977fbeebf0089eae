using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>What the store knows of a shard.</summary>
/// <param name="Rows">Tasks that are done, with the rows that are written of them.</param>
/// <param name="Found">Tasks whose picture is stored but whose row is not written: the process died between the two, or another sweep drew them.</param>
internal sealed record ShardHistory(IReadOnlyDictionary<int, PartRow> Rows, IReadOnlyList<FoundChannel> Found)
{
    /// <summary>Reads the shard's parts and lists its pictures once.</summary>
    /// <remarks>
    /// A row of a picture that is gone does not count: it is drawn again. Neither does a failure from before this run.
    /// Dead and diverged channels stay what they are: the same seed would find the same.
    /// </remarks>
    public static async Task<ShardHistory> ReadAsync(
        ManifestParts parts, ResultStore results, Shard shard, DateTimeOffset runStartedAt, CancellationToken cancellationToken)
    {
        var indexes = shard.Tasks().Index().ToDictionary(item => item.Item, item => item.Index);
        var last = new Dictionary<int, PartRow>();
        await foreach (var row in parts.ReadAsync(shard.Id, cancellationToken))
        {
            if (indexes.TryGetValue(row.Run.Task, out var index) && !(IsRendered(last.GetValueOrDefault(index)) && !IsRendered(row)))
            {
                last[index] = row;
            }
        }

        var found = await results.FindAsync(shard, last.Values.Select(row => row.Entry), cancellationToken);
        var rows = new Dictionary<int, PartRow>();
        foreach (var (index, row) in last)
        {
            if (IsFinal(row, runStartedAt))
            {
                rows.Add(index, row);
            }
        }

        foreach (var channel in found.Where(channel => channel.Known))
        {
            rows.Add(channel.Index, last[channel.Index]);
        }

        return new(rows, [.. found.Where(channel => !channel.Known)]);
    }

    private static bool IsRendered(PartRow? row) => row?.Entry.Outcome == ChannelOutcome.Rendered;

    private static bool IsFinal(PartRow row, DateTimeOffset runStartedAt) => row.Entry.Outcome switch
    {
        ChannelOutcome.Dead or ChannelOutcome.NotFinite => true,
        ChannelOutcome.Failed => row.Run.CommittedAt >= runStartedAt,
        _ => false,
    };
}

using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>What a sweep knows of its shards: their last reports, and which of them an idle device should go to.</summary>
internal sealed class ShardBoard
{
    // A shard that refused one device may have work for another, or soon: it is offered again after this.
    private static readonly TimeSpan RefusalLasts = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly List<Row> _rows = [];
    private readonly Dictionary<ShardId, Row> _byId = [];

    /// <summary>All shards of <paramref name="plan"/>, none heard of yet.</summary>
    public ShardBoard(SweepPlan plan, TimeProvider clock)
    {
        _clock = clock;
        foreach (var shard in plan.Shards())
        {
            var row = new Row(shard.Id, shard.Count);
            _rows.Add(row);
            _byId.Add(shard.Id, row);
            Counts += row.Counts;
        }
    }

    /// <summary>Counts of all shards.</summary>
    public TaskCounts Counts { get; private set; }

    /// <summary>Shards that have not reported yet, and unfinished ones that have been silent for longer than <paramref name="silence"/>, in the order of the plan.</summary>
    public IReadOnlyList<ShardId> Silent(TimeSpan silence) =>
    [
        .. _rows.Where(row => row.Summary is null || (!row.Summary.IsFinished && _clock.GetElapsedTime(row.HeardAt) > silence)).Select(row => row.Id),
    ];

    /// <summary>Shards that have reported and are not finished, in the order of the plan: those that may have leases out.</summary>
    public IReadOnlyList<ShardId> Active => [.. _rows.Where(row => row.Summary is { IsFinished: false }).Select(row => row.Id)];

    /// <summary>Whether every shard has reported that it is finished.</summary>
    public bool AllFinished => _rows.TrueForAll(row => row.Summary is { IsFinished: true });

    /// <summary>Rows written by all shards since they came to life.</summary>
    public int RowsWritten => _rows.Sum(row => row.Summary?.RowsWritten ?? 0);

    /// <summary>Takes in a report, unless a later one is known.</summary>
    public void Update(ShardSummary summary)
    {
        if (!_byId.TryGetValue(summary.Shard, out var row))
        {
            return;
        }

        row.HeardAt = _clock.GetTimestamp();
        if (row.Summary is not { } last || (summary.Epoch, summary.Number).CompareTo((last.Epoch, last.Number)) > 0)
        {
            var before = row.Counts;
            row.RefusedAt = summary.Available > (row.Summary?.Available ?? 0) ? null : row.RefusedAt;
            row.Summary = summary;
            row.Sent = 0;
            Counts = Counts + row.Counts - before;
        }
    }

    /// <summary>Forgets all reports: the shards will be asked again.</summary>
    public void Forget()
    {
        _rows.ForEach(row => row.Summary = null);
        Counts = _rows.Select(row => row.Counts).Aggregate(TaskCounts.Add);
    }

    /// <summary>Where the device should go: to a network it holds, then to the shard with the fewest devices, then in the order of the plan.</summary>
    public ShardId? Next(NextShardRequest request)
    {
        if (request.Exhausted is { } exhausted && _byId.TryGetValue(exhausted, out var refused))
        {
            refused.RefusedAt = _clock.GetTimestamp();
        }

        var best = _rows
            .Where(row => row.Summary is { Available: > 0 } && !IsRefused(row))
            .OrderBy(row => request.Models.Contains(row.Id.Model, StringComparer.Ordinal) ? 0 : 1)
            .ThenBy(row => (row.Summary?.Leases ?? 0) + row.Sent)
            .FirstOrDefault();
        if (best is not null)
        {
            best.Sent++;
        }

        return best?.Id;
    }

    /// <summary>Counts of every layer, in the order of the plan.</summary>
    public IReadOnlyList<LayerProgress> Layers()
        => [.. _rows.GroupBy(row => (row.Id.Model, row.Id.Layer)).Select(layer => new LayerProgress(
            layer.Key.Model, layer.Key.Layer, layer.Select(row => row.Counts).Aggregate(TaskCounts.Add)))];

    private bool IsRefused(Row row) => row.RefusedAt is { } at && _clock.GetElapsedTime(at) < RefusalLasts;

    private sealed class Row(ShardId id, int tasks)
    {
        public ShardId Id => id;

        public ShardSummary? Summary { get; set; }

        public long? RefusedAt { get; set; }

        public long HeardAt { get; set; }

        // Devices sent there since its last report.
        public int Sent { get; set; }

        public TaskCounts Counts => Summary?.Counts ?? new() { Planned = tasks };
    }
}

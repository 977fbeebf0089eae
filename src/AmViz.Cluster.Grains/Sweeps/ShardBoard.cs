namespace AmViz.Cluster.Grains;

/// <summary>The last reports of a sweep's shards, and which shard an idle device should be sent to.</summary>
internal sealed class ShardBoard
{
    // A shard that refused one device may have work for another, or soon, and a device that was sent to it may never come: both are forgotten after this.
    private static readonly TimeSpan HintLasts = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly List<Row> _rows = [];
    private readonly Dictionary<ShardId, Row> _byId = [];
    private int _unfinished;

    /// <summary>All shards of <paramref name="plan"/>, none of which has reported yet.</summary>
    public ShardBoard(SweepPlan plan, TimeProvider clock)
    {
        _clock = clock;
        foreach (var shard in plan.Shards())
        {
            var row = new Row(shard.Id, shard.Count, shard.Stage);
            _rows.Add(row);
            _byId.Add(shard.Id, row);
            Counts += row.Counts;
        }

        _unfinished = _rows.Count;
    }

    /// <summary>Counts of all shards.</summary>
    public TaskCounts Counts { get; private set; }

    /// <summary>Shards that have not reported yet, and unfinished ones that have been silent for longer than <paramref name="silence"/>, in the order of the plan.</summary>
    public IReadOnlyList<ShardId> Silent(TimeSpan silence)
        => [
        .. _rows.Where(row => row.Summary is null || (!row.IsFinished && _clock.GetElapsedTime(row.HeardAt) > silence)).Select(row => row.Id),
    ];

    /// <summary>Shards that have reported and are not finished, in the order of the plan: those that may have active leases.</summary>
    public IReadOnlyList<ShardId> Active => [.. _rows.Where(row => row.Summary is { IsFinished: false }).Select(row => row.Id)];

    /// <summary>Tasks not done, of the shards that have reported: a sweep whose pictures are stored is no work, though its shards have not looked yet.</summary>
    public long Backlog => _rows.Sum(row => (long)(row.Summary?.Counts.Open ?? 0));

    /// <summary>The lowest stage that has not ended: shards of higher ones have to wait for it.</summary>
    public int Stage => _rows.Where(row => !row.IsFinished).Select(row => row.Stage).DefaultIfEmpty().Min();

    /// <summary>Whether every shard has reported that it is finished.</summary>
    public bool AllFinished => _unfinished == 0;

    /// <summary>Records a report, unless a later one is known.</summary>
    public void Update(ShardSummary summary)
    {
        if (!_byId.TryGetValue(summary.Shard, out var row))
        {
            return;
        }

        row.HeardAt = _clock.GetTimestamp();
        if (row.Summary is not { } last || (summary.Epoch, summary.Number).CompareTo((last.Epoch, last.Number)) > 0)
        {
            var (before, wasFinished) = (row.Counts, row.IsFinished);
            row.RefusedAt = summary.Available > (row.Summary?.Available ?? 0) ? null : row.RefusedAt;
            row.HedgesRefusedAt = summary.Hedges > (row.Summary?.Hedges ?? 0) ? null : row.HedgesRefusedAt;
            row.Summary = summary;
            (row.Sent, row.Promised) = (0, 0);
            Counts = Counts + row.Counts - before;
            _unfinished += (wasFinished ? 1 : 0) - (row.IsFinished ? 1 : 0);
        }
    }

    /// <summary>The shard of the present stage that a device should be sent to: one with work that nobody holds, then one of a network it has loaded, then the one with the most work for each of its devices, then the first of the plan.</summary>
    /// <remarks>So shards end together, and devices seldom have to look for another one. A device without work is sent to work that others hold, if there is no other left.</remarks>
    public ShardId? Next(NextShardRequest request)
    {
        if (request.Exhausted is { } exhausted && _byId.TryGetValue(exhausted, out var refused))
        {
            refused.RefusedAt = _clock.GetTimestamp();
            refused.HedgesRefusedAt = request.IsBusy ? refused.HedgesRefusedAt : refused.RefusedAt;
        }

        Row? best = null;
        var bestRank = (IsFree: false, HoldsModel: false, Work: 0.0);
        var stage = Stage;
        foreach (var row in _rows.Where(row => row.Stage <= stage && !IsAvoided(row, request.Avoided)))
        {
            var free = WorkFor(row);
            var work = free > 0 || request.IsBusy ? free : HedgesFor(row);
            var rank = (free > 0, request.Models.Contains(row.Id.Model, StringComparer.Ordinal), work);
            if (work > 0 && rank.CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (row, rank);
            }
        }

        if (best is null)
        {
            return null;
        }

        best.Sent++;
        best.Promised = (IsRecent(best.PromisedAt) ? best.Promised : 0) + Math.Max(request.Want, 1);
        best.PromisedAt = _clock.GetTimestamp();
        return best.Id;
    }

    /// <summary>Counts of every layer, in the order of the plan.</summary>
    public IReadOnlyList<LayerProgress> Layers()
        => [.. _rows.GroupBy(row => (row.Id.Model, row.Id.Layer)).Select(layer => new LayerProgress(
            layer.Key.Model, layer.Key.Layer, layer.Select(row => row.Counts).Aggregate(TaskCounts.Add)))];

    /// <summary>Tasks for each device, one more counted in; 0 or less: there is none.</summary>
    private double WorkFor(Row row)
        => row.Summary is { Available: > 0 and var available } && !IsRecent(row.RefusedAt)
            ? (available - (IsRecent(row.PromisedAt) ? row.Promised : 0)) / (1.0 + row.Devices)
            : 0;

    /// <summary>Tasks that others hold, for each device; 0 or less: none could be hedged.</summary>
    private double HedgesFor(Row row)
        => row.Summary is { Hedges: > 0 and var hedges } summary && !IsRecent(row.HedgesRefusedAt)
            ? (summary.Available + hedges - (IsRecent(row.PromisedAt) ? row.Promised : 0)) / (1.0 + row.Devices)
            : 0;

    private static bool IsAvoided(Row row, IReadOnlyList<AvoidedWork>? avoided)
        => avoided is not null && avoided.Any(work => work.Model == row.Id.Model && (work.Layer is null || work.Layer == row.Id.Layer));

    private bool IsRecent(long? at) => at is { } time && _clock.GetElapsedTime(time) < HintLasts;

    private sealed class Row(ShardId id, int tasks, int stage)
    {
        public ShardId Id => id;

        public int Stage => stage;

        public ShardSummary? Summary { get; set; }

        public long? RefusedAt { get; set; }

        public long? HedgesRefusedAt { get; set; }

        public long HeardAt { get; set; }

        // Devices sent there since its last report.
        public int Sent { get; set; }

        // Tasks that those may take.
        public int Promised { get; set; }

        public long? PromisedAt { get; set; }

        public int Devices => (Summary?.Leases ?? 0) + Sent;

        public bool IsFinished => Summary is { IsFinished: true };

        public TaskCounts Counts => Summary?.Counts ?? new() { Planned = tasks };
    }
}

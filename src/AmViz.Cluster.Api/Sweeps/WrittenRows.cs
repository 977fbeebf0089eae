namespace AmViz.Cluster.Api;

/// <summary>The rows of a sweep that is not folded: many small files, each of which is read once.</summary>
/// <param name="plan">Of which sweep.</param>
/// <param name="startedAt">Of which run.</param>
/// <param name="time">The clock.</param>
internal sealed class WrittenRows(SweepPlan plan, DateTimeOffset? startedAt, TimeProvider time) : ISweepRowReader
{
    // Listings cost a call for each shard.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Counts tell which layers have new rows, but a task that fails again changes none.
    private static readonly TimeSpan Everything = TimeSpan.FromMinutes(1);

    // Enough to hide the latency of a remote store.
    private const int ShardsAtOnce = 8;

    private readonly Lock _lock = new();
    private readonly RowTableBuilder _table = new(plan);
    private readonly Dictionary<ShardId, Dictionary<long, long>> _read = [];
    private readonly Dictionary<(string Model, string Layer), TaskCounts> _counts = [];
    private long? _readAt;
    private long _allReadAt;

    /// <summary>When the run began.</summary>
    public DateTimeOffset? StartedAt => startedAt;

    /// <inheritdoc/>
    public RowTable Table => _table.Table;

    /// <summary>Reads what is new.</summary>
    /// <exception cref="CorruptBlobException">A part is not what was written.</exception>
    public async Task UpdateAsync(ManifestParts parts, SweepStatus status, CancellationToken cancellationToken)
    {
        if (_readAt is { } last && time.GetElapsedTime(last) < Interval)
        {
            return;
        }

        var isAll = _readAt is null || time.GetElapsedTime(_allReadAt) > Everything;
        var counts = status.Layers.ToDictionary(layer => (layer.Model, layer.Layer), layer => layer.Counts);
        var changed = plan.Shards().Where(shard => isAll || counts.GetValueOrDefault(LayerOf(shard)) != _counts.GetValueOrDefault(LayerOf(shard)));
        await Parallel.ForEachAsync(
            changed,
            new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce, CancellationToken = cancellationToken },
            async (shard, token) => await ReadAsync(parts, shard, token));
        foreach (var (layer, count) in counts)
        {
            _counts[layer] = count;
        }

        _readAt = time.GetTimestamp();
        _allReadAt = isAll ? time.GetTimestamp() : _allReadAt;
    }

    private static (string Model, string Layer) LayerOf(Shard shard) => (shard.Id.Model, shard.Id.Layer);

    private Dictionary<long, long> KnownOf(ShardId shard)
    {
        lock (_lock)
        {
            return _read.GetValueOrDefault(shard) ?? [];
        }
    }

    private async Task ReadAsync(ManifestParts parts, Shard shard, CancellationToken cancellationToken)
    {
        var known = KnownOf(shard.Id);
        var now = new Dictionary<long, long>(known);
        var rows = new List<PartRow>();
        await foreach (var row in parts.ReadAsync(shard.Id, IsNew, cancellationToken))
        {
            rows.Add(row);
        }

        // All of them, or none if reading ended in the middle.
        var recipe = shard.Recipe.Hash;
        lock (_lock)
        {
            foreach (var (entry, run) in rows.Where(row => row.Entry.Recipe == recipe))
            {
                _table.Add(run, entry.Error, entry.Label, entry.FinalObjective);
            }

            _read[shard.Id] = now;
        }

        bool IsNew(long epoch, long sequence)
        {
            if (known.TryGetValue(epoch, out var last) && sequence <= last)
            {
                return false;
            }

            now[epoch] = Math.Max(sequence, now.GetValueOrDefault(epoch, -1));
            return true;
        }
    }
}

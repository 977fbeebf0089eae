namespace AmViz.Responses;

/// <summary>All that is kept of a shard: its photographs by name, and what each channel responded to them.</summary>
public sealed class ShardStatistics
{
    internal ShardStatistics(
        int index, string environment, IReadOnlyList<Photograph> photographs, IReadOnlyList<UnreadablePhotograph> unreadable, IReadOnlyList<LayerStatistics> layers)
        => (Index, Environment, Photographs, Unreadable, Layers) = (index, environment, photographs, unreadable, layers);

    /// <summary>Which shard.</summary>
    public int Index { get; }

    /// <summary>What chose the last bits of its responses: device, libraries and threads, for people.</summary>
    public string Environment { get; }

    /// <summary>Those that were shown, by number.</summary>
    public IReadOnlyList<Photograph> Photographs { get; }

    /// <summary>Those that could not be, by number.</summary>
    public IReadOnlyList<UnreadablePhotograph> Unreadable { get; }

    /// <summary>One a layer of the plan.</summary>
    internal IReadOnlyList<LayerStatistics> Layers { get; }
}

/// <summary>Gathers the statistics of a shard.</summary>
/// <param name="plan">The pass.</param>
/// <param name="shard">Which of its shards.</param>
/// <param name="environment">See <see cref="ShardStatistics.Environment"/>.</param>
/// <param name="sample">See <see cref="ResponseSample.Of"/>.</param>
public sealed class ShardBuilder(ResponsePlan plan, ResponseShard shard, string environment, IReadOnlySet<long> sample)
{
    private readonly LayerCollector[] _layers = [.. plan.Layers.Select(layer => new LayerCollector(layer.Channels, plan.Photographs.Labels.Count, sample))];
    private readonly List<Photograph> _photographs = [];
    private readonly List<UnreadablePhotograph> _unreadable = [];

    /// <summary>Adds a batch.</summary>
    /// <param name="photographs">In the order of the list.</param>
    /// <param name="responses">One a layer of the plan.</param>
    public void Add(IReadOnlyList<Photograph> photographs, IReadOnlyList<LayerResponses> responses)
    {
        if (responses.Count != _layers.Length)
        {
            throw new ArgumentException($"Found responses of {responses.Count} layers; the plan has {_layers.Length}.", nameof(responses));
        }

        _photographs.AddRange(photographs);
        for (var i = 0; i < _layers.Length; i++)
        {
            _layers[i].Add(photographs, responses[i]);
        }
    }

    /// <summary>Notes a photograph that cannot be shown.</summary>
    public void Add(UnreadablePhotograph photograph) => _unreadable.Add(photograph);

    /// <summary>The statistics, once every photograph was added.</summary>
    /// <exception cref="InvalidOperationException">Some are missing.</exception>
    public ShardStatistics Finish()
        => _photographs.Count + _unreadable.Count == shard.Count
            ? new(shard.Index, environment, _photographs, _unreadable, [.. _layers.Select(layer => layer.Finish())])
            : throw new InvalidOperationException($"Shard {shard.Index} has {shard.Count} photographs, of which {_photographs.Count} were shown and {_unreadable.Count} were unreadable.");
}

/// <summary>All that is kept of a pass; shards are added in any order.</summary>
/// <param name="plan">The pass.</param>
public sealed class PassStatistics(ResponsePlan plan)
{
    private readonly SortedSet<string> _environments = new(StringComparer.Ordinal);

    /// <summary>Photographs that were shown.</summary>
    public long Shown { get; private set; }

    /// <summary>Photographs that could not be.</summary>
    public long Unreadable { get; private set; }

    /// <summary>The environments of all shards: more than one if machines of several kinds took part.</summary>
    public IReadOnlyCollection<string> Environments => _environments;

    /// <summary>The plan.</summary>
    public ResponsePlan Plan => plan;

    /// <summary>One a layer of the plan.</summary>
    internal IReadOnlyList<LayerStatistics> Layers { get; } = [.. plan.Layers.Select(layer => new LayerStatistics(layer.Channels, plan.Photographs.Labels.Count))];

    /// <summary>Adds a shard; each once.</summary>
    public void Add(ShardStatistics shard)
    {
        _environments.Add(shard.Environment);
        Shown += shard.Photographs.Count;
        Unreadable += shard.Unreadable.Count;
        for (var i = 0; i < Layers.Count; i++)
        {
            Layers[i].Merge(shard.Layers[i]);
        }
    }
}

namespace AmViz.Responses;

/// <summary>What is kept of a layer.</summary>
internal sealed class LayerStatistics
{
    private readonly SortedDictionary<long, SampledPhotograph> _sample = [];

    /// <summary>Nothing seen yet.</summary>
    /// <param name="channels">Number of channels.</param>
    /// <param name="labels">Number of labels.</param>
    public LayerStatistics(int channels, int labels)
        : this([.. Enumerable.Range(0, channels).Select(_ => new ChannelStatistics(labels))], [])
    {
    }

    /// <summary>What was seen.</summary>
    /// <param name="channels">One a channel.</param>
    /// <param name="sample">Sampled photographs.</param>
    public LayerStatistics(IReadOnlyList<ChannelStatistics> channels, IEnumerable<SampledPhotograph> sample)
    {
        Channels = channels;
        foreach (var photograph in sample)
        {
            Keep(photograph);
        }
    }

    /// <summary>One a channel.</summary>
    public IReadOnlyList<ChannelStatistics> Channels { get; }

    /// <summary>Sampled photographs, by number.</summary>
    public IReadOnlyCollection<SampledPhotograph> Sample => _sample.Values;

    /// <summary>Keeps a sampled photograph.</summary>
    public void Keep(SampledPhotograph photograph) => _sample.Add(photograph.Number, photograph);

    /// <summary>Adds all that another saw of other photographs.</summary>
    public void Merge(LayerStatistics other)
    {
        for (var channel = 0; channel < Channels.Count; channel++)
        {
            Channels[channel].Merge(other.Channels[channel]);
        }

        foreach (var photograph in other.Sample)
        {
            Keep(photograph);
        }
    }
}

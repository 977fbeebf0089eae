namespace AmViz.Responses;

/// <summary>From responses as a network gives them, photograph by photograph, to statistics channel by channel.</summary>
/// <remarks>
/// The responses to <see cref="PhotographBlock.Size"/> photographs are kept as they came, 16 bytes a channel and photograph, and then read along. A channel at a time, everything that is
/// kept of it lies in the cache; a photograph at a time, nothing would.
/// </remarks>
/// <param name="channels">Number of channels.</param>
/// <param name="labels">Number of labels.</param>
/// <param name="sampled">Numbers of sampled photographs.</param>
internal sealed class LayerCollector(int channels, int labels, IReadOnlySet<long> sampled)
{
    private readonly PhotographBlock _block = new();
    private readonly List<SampledPhotograph> _sample = [];
    private LayerStatistics? _before;                               // of full blocks; null: none was full yet

    /// <summary>Adds a batch.</summary>
    /// <param name="photographs">In the order of the list.</param>
    /// <param name="batch">What nobody will change.</param>
    public void Add(IReadOnlyList<Photograph> photographs, LayerResponses batch)
    {
        foreach (var (place, photograph) in photographs.Index())
        {
            if (_block.IsFull)
            {
                Flush();
            }

            _block.Add(photograph, batch, place);
            KeepIfSampled(photograph, batch, place * channels);
        }
    }

    /// <summary>The statistics of all that was added; nothing can be added any more.</summary>
    public LayerStatistics Finish()
    {
        if (_before is not null)
        {
            Flush();
        }

        return new(_before?.Channels ?? new BlockChannels(_block, channels, labels), _sample);
    }

    private void KeepIfSampled(Photograph photograph, LayerResponses batch, int from)
    {
        if (sampled.Contains(photograph.Number))
        {
            float[] responses = [.. Enumerable.Range(from, channels).Select(i => float.IsFinite(batch.Means[i]) ? batch.Peaks[i] : float.NaN)];
            _sample.Add(new(photograph.Number, photograph.Digest, responses, batch.Strongest.AsSpan(from, channels).ToArray()));
        }
    }

    private void Flush()
    {
        _before ??= new(channels, labels);
        var block = new BlockChannels(_block, channels, labels);
        foreach (var (channel, statistics) in _before.Channels.Index())
        {
            block.AddTo(statistics, channel);
        }

        _block.Clear();
    }
}

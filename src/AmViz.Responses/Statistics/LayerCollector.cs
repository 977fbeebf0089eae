namespace AmViz.Responses;

/// <summary>From responses as a network gives them, photograph by photograph, to statistics channel by channel.</summary>
/// <remarks>Responses of <see cref="BlockSize"/> photographs are kept and then read down the channels: 16 bytes a channel and photograph of the block.</remarks>
internal sealed class LayerCollector
{
    /// <summary>Photographs of a block.</summary>
    public const int BlockSize = 256;

    private readonly int _channels;
    private readonly LayerStatistics _statistics;
    private readonly IReadOnlySet<long> _sampled;
    private readonly LayerResponses _block;
    private readonly Photograph[] _photographs = new Photograph[BlockSize];
    private int _used;

    // Of the channel at hand.
    private readonly uint[] _keys = new uint[BlockSize];
    private readonly ulong[] _labelledKeys = new ulong[BlockSize];
    private readonly uint[] _keysOfLabel = new uint[BlockSize];

    /// <summary>Nothing seen yet.</summary>
    /// <param name="channels">Number of channels.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="sampled">Numbers of sampled photographs.</param>
    public LayerCollector(int channels, int labels, IReadOnlySet<long> sampled)
    {
        (_channels, _sampled, _statistics) = (channels, sampled, new(channels, labels));
        _block = LayerResponses.Empty(BlockSize, channels);
    }

    /// <summary>Adds a batch.</summary>
    public void Add(IReadOnlyList<Photograph> photographs, LayerResponses batch)
    {
        for (var n = 0; n < photographs.Count; n++)
        {
            var (from, to) = (n * _channels, _used * _channels);
            batch.Peaks.AsSpan(from, _channels).CopyTo(_block.Peaks.AsSpan(to));
            batch.Strongest.AsSpan(from, _channels).CopyTo(_block.Strongest.AsSpan(to));
            batch.Weakest.AsSpan(from, _channels).CopyTo(_block.Weakest.AsSpan(to));
            batch.Means.AsSpan(from, _channels).CopyTo(_block.Means.AsSpan(to));
            _photographs[_used++] = photographs[n];
            KeepIfSampled(photographs[n], to);
            if (_used == BlockSize)
            {
                Flush();
            }
        }
    }

    /// <summary>The statistics of all that was added.</summary>
    public LayerStatistics Finish()
    {
        Flush();
        return _statistics;
    }

    private void KeepIfSampled(Photograph photograph, int at)
    {
        if (_sampled.Contains(photograph.Number))
        {
            float[] responses = [.. Enumerable.Range(at, _channels).Select(i => float.IsFinite(_block.Means[i]) ? _block.Peaks[i] : float.NaN)];
            _statistics.Keep(new(photograph.Number, photograph.Digest, responses, _block.Strongest.AsSpan(at, _channels).ToArray()));
        }
    }

    private void Flush()
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            Flush(channel, _statistics.Channels[channel]);
        }

        _used = 0;
    }

    private void Flush(int channel, ChannelStatistics statistics)
    {
        var (finite, labelled) = (0, 0);
        for (var n = 0; n < _used; n++)
        {
            var at = (n * _channels) + channel;
            var (response, mean, photograph) = (_block.Peaks[at], _block.Means[at], _photographs[n]);
            if (!float.IsFinite(mean) || !float.IsFinite(response))
            {
                statistics.NotFinite++;
                continue;
            }

            statistics.Moments.Add(response);
            statistics.MapMeans.Add(mean);
            statistics.Zeros += response == 0 ? 1 : 0;
            if (statistics.Top.Admits(response))
            {
                statistics.Top.Add(new(response, _block.Strongest[at], photograph.Number, photograph.Digest));
            }

            if (statistics.Bottom.Admits(response))
            {
                statistics.Bottom.Add(new(response, _block.Weakest[at], photograph.Number, photograph.Digest));
            }

            var key = ResponseKey.Of(response);
            _keys[finite++] = key;
            if (photograph.Label >= 0)
            {
                _labelledKeys[labelled++] = ((ulong)photograph.Label << 32) | key;
            }
        }

        Array.Sort(_keys, 0, finite);
        statistics.Sketch.Add(_keys.AsSpan(0, finite));
        Array.Sort(_labelledKeys, 0, labelled);
        AddLabels(statistics, labelled);
    }

    private void AddLabels(ChannelStatistics statistics, int labelled)
    {
        for (var begin = 0; begin < labelled;)
        {
            var (label, length) = ((int)(_labelledKeys[begin] >> 32), 0);
            for (; begin < labelled && (int)(_labelledKeys[begin] >> 32) == label; begin++)
            {
                _keysOfLabel[length++] = (uint)_labelledKeys[begin];
            }

            statistics.OfLabel(label).Add(_keysOfLabel.AsSpan(0, length));
        }
    }
}

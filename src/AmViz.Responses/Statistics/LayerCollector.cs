namespace AmViz.Responses;

/// <summary>From responses as a network gives them, photograph by photograph, to statistics channel by channel.</summary>
/// <remarks>
/// Responses and means of <see cref="BlockSize"/> photographs are kept, channel by channel, and then read along: 8 bytes a channel and photograph of the block. A channel at a time, everything
/// that is kept of it lies in the cache; a photograph at a time, nothing would.
/// </remarks>
internal sealed class LayerCollector
{
    /// <summary>Photographs of a block.</summary>
    public const int BlockSize = 512;

    private readonly int _channels;
    private readonly LayerStatistics _statistics;
    private readonly IReadOnlySet<long> _sampled;
    private readonly float[] _peaks;                                // [C, BlockSize]
    private readonly float[] _means;                                // [C, BlockSize]
    private readonly float[] _topBounds;                            // [C]
    private readonly float[] _bottomBounds;                         // [C]
    private readonly int[] _labels = new int[BlockSize];
    private readonly BlockKeys _keys;
    private int _used;

    /// <summary>Nothing seen yet.</summary>
    /// <param name="channels">Number of channels.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="sampled">Numbers of sampled photographs.</param>
    public LayerCollector(int channels, int labels, IReadOnlySet<long> sampled)
    {
        (_channels, _sampled, _statistics) = (channels, sampled, new(channels, labels));
        (_peaks, _means) = (new float[channels * BlockSize], new float[channels * BlockSize]);
        (_topBounds, _bottomBounds) = (new float[channels], new float[channels]);
        _topBounds.AsSpan().Fill(float.NegativeInfinity);
        _bottomBounds.AsSpan().Fill(float.PositiveInfinity);
        _keys = new(BlockSize, labels);
    }

    /// <summary>Adds a batch.</summary>
    public void Add(IReadOnlyList<Photograph> photographs, LayerResponses batch)
    {
        for (var first = 0; first < photographs.Count;)
        {
            var count = Math.Min(photographs.Count - first, BlockSize - _used);
            for (var n = first; n < first + count; n++)
            {
                _labels[_used + n - first] = photographs[n].Label;
                KeepExamples(photographs[n], batch, n * _channels);
                KeepIfSampled(photographs[n], batch, n * _channels);
            }

            CopyAcross(batch.Peaks.AsSpan(first * _channels, count * _channels), _peaks);
            CopyAcross(batch.Means.AsSpan(first * _channels, count * _channels), _means);
            (first, _used) = (first + count, _used + count);
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

    private void KeepExamples(Photograph photograph, LayerResponses batch, int from)
    {
        ReadOnlySpan<float> peaks = batch.Peaks.AsSpan(from, _channels), means = batch.Means.AsSpan(from, _channels);
        for (var channel = 0; channel < peaks.Length; channel++)
        {
            var response = peaks[channel];
            if ((response < _topBounds[channel] && response > _bottomBounds[channel]) || !float.IsFinite(response) || !float.IsFinite(means[channel]))
            {
                continue;
            }

            var (top, bottom) = (_statistics.Channels[channel].Top, _statistics.Channels[channel].Bottom);
            if (response >= top.Bound)
            {
                top.Add(new(response, batch.Strongest[from + channel], photograph.Number, photograph.Digest));
            }

            if (response <= bottom.Bound)
            {
                bottom.Add(new(response, batch.Weakest[from + channel], photograph.Number, photograph.Digest));
            }

            (_topBounds[channel], _bottomBounds[channel]) = (top.Bound, bottom.Bound);
        }
    }

    private void KeepIfSampled(Photograph photograph, LayerResponses batch, int from)
    {
        if (_sampled.Contains(photograph.Number))
        {
            float[] responses = [.. Enumerable.Range(from, _channels).Select(i => float.IsFinite(batch.Means[i]) ? batch.Peaks[i] : float.NaN)];
            _statistics.Keep(new(photograph.Number, photograph.Digest, responses, batch.Strongest.AsSpan(from, _channels).ToArray()));
        }
    }

    /// <summary>From photograph by photograph to channel by channel.</summary>
    private void CopyAcross(ReadOnlySpan<float> rows, float[] block)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var column = block.AsSpan((channel * BlockSize) + _used, rows.Length / _channels);
            for (var (n, at) = (0, channel); n < column.Length; (n, at) = (n + 1, at + _channels))
            {
                column[n] = rows[at];
            }
        }
    }

    private void Flush()
    {
        _keys.Begin(_labels.AsSpan(0, _used));
        for (var channel = 0; channel < _channels; channel++)
        {
            Flush(_statistics.Channels[channel], _peaks.AsSpan(channel * BlockSize, _used), _means.AsSpan(channel * BlockSize, _used));
        }

        _used = 0;
    }

    private void Flush(ChannelStatistics statistics, ReadOnlySpan<float> peaks, ReadOnlySpan<float> means)
    {
        _keys.Clear();
        for (var n = 0; n < peaks.Length; n++)
        {
            if (!float.IsFinite(means[n]) || !float.IsFinite(peaks[n]))
            {
                statistics.NotFinite++;
                continue;
            }

            statistics.Moments.Add(peaks[n]);
            statistics.MapMeans.Add(means[n]);
            statistics.Zeros += peaks[n] == 0 ? 1 : 0;
            _keys.Add(peaks[n], _labels[n]);
        }

        _keys.AddTo(statistics);
    }
}

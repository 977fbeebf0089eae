using System.Collections;

namespace AmViz.Responses;

/// <summary>The statistics of a block of photographs, each channel's made when it is asked for, and kept by nobody.</summary>
/// <remarks>
/// A shard is written once, channel by channel. What is kept of a channel are many small arrays; those of tens of thousands of channels at once cost more time
/// than all the arithmetic, as the garbage collector looks after each of them. For one caller at a time.
/// </remarks>
internal sealed class BlockChannels : IReadOnlyList<ChannelStatistics>
{
    private const int TileChannels = 16;                            // what one line of the cache holds of a photograph

    private readonly PhotographBlock _block;
    private readonly int _labels;
    private readonly BlockKeys _keys;
    private readonly float[] _tilePeaks = new float[TileChannels * PhotographBlock.Size];
    private readonly float[] _tileMeans = new float[TileChannels * PhotographBlock.Size];
    private readonly float[] _peaks = new float[PhotographBlock.Size];      // of one channel, finite ones alone
    private readonly float[] _means = new float[PhotographBlock.Size];
    private int _tile = -1;

    /// <summary>Of photographs that are all there.</summary>
    /// <param name="block">The photographs.</param>
    /// <param name="channels">Channels of the layer.</param>
    /// <param name="labels">Number of labels.</param>
    public BlockChannels(PhotographBlock block, int channels, int labels)
        => (_block, Count, _labels, _keys) = (block, channels, labels, new(block.Labels(), labels));

    /// <summary>Channels of the layer.</summary>
    public int Count { get; }

    /// <summary>What is kept of a channel.</summary>
    public ChannelStatistics this[int index]
    {
        get
        {
            var statistics = new ChannelStatistics(_labels);
            AddTo(statistics, index);
            return statistics;
        }
    }

    /// <summary>Adds the photographs to what is kept of a channel.</summary>
    public void AddTo(ChannelStatistics statistics, int channel)
    {
        CopyTile(channel / TileChannels);
        var finite = TakeFinite(channel % TileChannels * PhotographBlock.Size);
        ReadOnlySpan<float> peaks = _peaks.AsSpan(0, finite), means = _means.AsSpan(0, finite);
        statistics.NotFinite += _block.Count - finite;
        statistics.Zeros += peaks.Count(0f);
        statistics.Moments.Add(peaks);
        statistics.MapMeans.Add(means);
        _keys.Sort();
        KeepExamples(statistics, channel);
        _keys.AddTo(statistics);
    }

    /// <inheritdoc/>
    public IEnumerator<ChannelStatistics> GetEnumerator() => Enumerable.Range(0, Count).Select(channel => this[channel]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void CopyTile(int tile)
    {
        if (tile == _tile)
        {
            return;
        }

        var (first, length) = (tile * TileChannels, Math.Min(TileChannels, Count - (tile * TileChannels)) * PhotographBlock.Size);
        _block.CopyAcross(first, _tilePeaks.AsSpan(0, length), _tileMeans.AsSpan(0, length));
        _tile = tile;
    }

    /// <summary>The responses of a channel to photographs that gave finite values alone.</summary>
    private int TakeFinite(int from)
    {
        ReadOnlySpan<float> peaks = _tilePeaks.AsSpan(from, _block.Count), means = _tileMeans.AsSpan(from, _block.Count);
        _keys.Clear();
        var finite = 0;
        for (var n = 0; n < peaks.Length; n++)
        {
            if (float.IsFinite(means[n]) && float.IsFinite(peaks[n]))
            {
                _keys.Add(peaks[n], n);
                (_peaks[finite], _means[finite]) = (peaks[n], means[n]);
                finite++;
            }
        }

        return finite;
    }

    /// <summary>From either end of the order, until nothing can come into the list any more.</summary>
    private void KeepExamples(ChannelStatistics statistics, int channel)
    {
        var (top, bottom) = (statistics.Top, statistics.Bottom);
        var order = _keys.Order;
        for (var i = order.Length - 1; i >= 0 && _block.Strong(order[i], channel) is var example && example.Response >= top.Bound; i--)
        {
            top.Add(example);
        }

        for (var i = 0; i < order.Length && _block.Weak(order[i], channel) is var example && example.Response <= bottom.Bound; i++)
        {
            bottom.Add(example);
        }
    }
}

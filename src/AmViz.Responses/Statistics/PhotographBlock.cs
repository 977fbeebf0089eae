namespace AmViz.Responses;

/// <summary>Some photographs and how the channels of a layer responded to them, as the network told it: photograph by photograph, batch by batch.</summary>
internal sealed class PhotographBlock
{
    /// <summary>Most photographs of a block.</summary>
    public const int Size = 512;

    private readonly Photograph[] _photographs = new Photograph[Size];
    private readonly LayerResponses[] _batches = new LayerResponses[Size];  // of each photograph
    private readonly int[] _offsets = new int[Size];                        // in its batch, of its first channel

    /// <summary>Photographs of it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is no room for another one.</summary>
    public bool IsFull => Count == Size;

    /// <summary>Adds a photograph.</summary>
    /// <param name="photograph">Which.</param>
    /// <param name="batch">What is kept as it is, not copied.</param>
    /// <param name="place">The photograph's place in the batch.</param>
    public void Add(Photograph photograph, LayerResponses batch, int place)
    {
        (_photographs[Count], _batches[Count], _offsets[Count]) = (photograph, batch, place * batch.Channels);
        Count++;
    }

    /// <summary>Forgets all photographs.</summary>
    public void Clear()
    {
        Array.Clear(_batches);
        Count = 0;
    }

    /// <summary>The label of each photograph, -1: none.</summary>
    public int[] Labels() => [.. _photographs.Take(Count).Select(photograph => photograph.Label)];

    /// <summary>A photograph as an example of a strong response.</summary>
    public Example Strong(int photograph, int channel)
        => Of(photograph, channel, _batches[photograph].Strongest[_offsets[photograph] + channel]);

    /// <summary>A photograph as an example of a weak response.</summary>
    public Example Weak(int photograph, int channel)
        => Of(photograph, channel, _batches[photograph].Weakest[_offsets[photograph] + channel]);

    /// <summary>From photograph by photograph to channel by channel.</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="peaks"><c>[channels, Size]</c>: how many channels are wanted, and where their responses go.</param>
    /// <param name="means">The same for the means over the map.</param>
    public void CopyAcross(int first, Span<float> peaks, Span<float> means)
    {
        var channels = peaks.Length / Size;
        for (var n = 0; n < Count; n++)
        {
            var (batch, from) = (_batches[n], _offsets[n] + first);
            ReadOnlySpan<float> peaksOfOne = batch.Peaks.AsSpan(from, channels), meansOfOne = batch.Means.AsSpan(from, channels);
            for (var (channel, to) = (0, n); channel < channels; (channel, to) = (channel + 1, to + Size))
            {
                (peaks[to], means[to]) = (peaksOfOne[channel], meansOfOne[channel]);
            }
        }
    }

    private Example Of(int photograph, int channel, int position)
        => new(_batches[photograph].Peaks[_offsets[photograph] + channel], position, _photographs[photograph].Number, _photographs[photograph].Digest);
}

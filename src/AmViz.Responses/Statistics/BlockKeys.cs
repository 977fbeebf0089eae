namespace AmViz.Responses;

/// <summary>Responses of one channel to the photographs of a block, in order, all of them and those of each label.</summary>
/// <param name="capacity">Most responses.</param>
/// <param name="labels">Number of labels.</param>
internal sealed class BlockKeys(int capacity, int labels)
{
    private readonly ulong[] _labelled = new ulong[capacity];       // the key, and the label below it
    private readonly uint[] _sorted = new uint[capacity];
    private readonly uint[] _byLabel = new uint[capacity];
    private readonly int[] _ends = new int[labels];                 // in _byLabel, while it is filled: where the next key of a label goes
    private int[] _present = [];
    private int _used;

    /// <summary>Begins a block.</summary>
    /// <param name="block">Label of each photograph, -1: none.</param>
    public void Begin(ReadOnlySpan<int> block) => _present = [.. block.ToArray().Where(label => label >= 0).Distinct()];

    /// <summary>Begins a channel.</summary>
    public void Clear() => _used = 0;

    /// <summary>Takes a response.</summary>
    /// <param name="response">Finite.</param>
    /// <param name="label">Of the photograph, -1: none.</param>
    public void Add(float response, int label) => _labelled[_used++] = ((ulong)ResponseKey.Of(response) << 32) | (uint)label;

    /// <summary>Adds the responses to the sketches of a channel.</summary>
    public void AddTo(ChannelStatistics statistics)
    {
        var labelled = _labelled.AsSpan(0, _used);
        labelled.Sort();
        for (var i = 0; i < labelled.Length; i++)
        {
            _sorted[i] = (uint)(labelled[i] >> 32);
        }

        statistics.Sketch.Add(_sorted.AsSpan(0, _used));
        SortByLabel(labelled);
        var begin = 0;
        foreach (var label in _present)
        {
            if (_ends[label] > begin)
            {
                statistics.OfLabel(label).Add(_byLabel.AsSpan(begin, _ends[label] - begin));
            }

            begin = _ends[label];
        }
    }

    /// <summary>Counting sort, so that the keys of a label stay in their order.</summary>
    private void SortByLabel(ReadOnlySpan<ulong> labelled)
    {
        foreach (var label in _present)
        {
            _ends[label] = 0;
        }

        foreach (var key in labelled)
        {
            if ((int)key >= 0)
            {
                _ends[(int)key]++;
            }
        }

        var begin = 0;
        foreach (var label in _present)
        {
            (_ends[label], begin) = (begin, begin + _ends[label]);
        }

        foreach (var key in labelled)
        {
            if ((int)key >= 0)
            {
                _byLabel[_ends[(int)key]++] = (uint)(key >> 32);
            }
        }
    }
}

namespace AmViz.Responses;

/// <summary>Responses of one channel to the photographs of a block, in order, all of them and those of each label.</summary>
internal sealed class BlockKeys
{
    private const int KeyShift = 32;

    private readonly int[] _blockLabels;                            // of each photograph, -1: none
    private readonly int[] _present;                                // labels of the block, each once
    private readonly int[] _ends;                                   // in _byLabel, while it is filled: where the next key of a label goes
    private readonly KeySorter _sorter;
    private readonly uint[] _sorted;
    private readonly int[] _order;
    private readonly uint[] _byLabel;
    private int _used;

    /// <summary>Of no channel yet.</summary>
    /// <param name="blockLabels">Label of each photograph, -1: none.</param>
    /// <param name="labels">Number of labels.</param>
    public BlockKeys(int[] blockLabels, int labels)
    {
        (_blockLabels, _present, _ends) = (blockLabels, [.. blockLabels.Where(label => label >= 0).Distinct()], new int[labels]);
        _sorter = new(blockLabels.Length);
        (_sorted, _order, _byLabel) = (new uint[blockLabels.Length], new int[blockLabels.Length], new uint[blockLabels.Length]);
    }

    /// <summary>The photographs from the weakest response to the strongest; valid once they are sorted.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, _used);

    /// <summary>Begins a channel.</summary>
    public void Clear() => _used = 0;

    /// <summary>Takes a response.</summary>
    /// <param name="response">Finite.</param>
    /// <param name="photograph">Place in the block, in ascending order.</param>
    public void Add(float response, int photograph) => _sorter.Items[_used++] = ((ulong)ResponseKey.Of(response) << KeyShift) | (uint)photograph;

    /// <summary>Puts what was taken in order.</summary>
    public void Sort()
    {
        var items = _sorter.Sort(_used);
        for (var i = 0; i < items.Length; i++)
        {
            (_sorted[i], _order[i]) = ((uint)(items[i] >> KeyShift), (int)items[i]);
        }
    }

    /// <summary>Adds the responses, once they are sorted, to the sketches of a channel.</summary>
    public void AddTo(ChannelStatistics statistics)
    {
        statistics.Sketch.Add(_sorted.AsSpan(0, _used));
        SortByLabel();
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
    private void SortByLabel()
    {
        foreach (var label in _present)
        {
            _ends[label] = 0;
        }

        foreach (var photograph in Order)
        {
            if (_blockLabels[photograph] is >= 0 and var label)
            {
                _ends[label]++;
            }
        }

        var begin = 0;
        foreach (var label in _present)
        {
            (_ends[label], begin) = (begin, begin + _ends[label]);
        }

        for (var i = 0; i < _used; i++)
        {
            if (_blockLabels[_order[i]] is >= 0 and var label)
            {
                _byLabel[_ends[label]++] = _sorted[i];
            }
        }
    }
}

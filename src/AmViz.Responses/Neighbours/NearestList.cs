namespace AmViz.Responses;

/// <summary>A vector that is near another one.</summary>
/// <param name="Index">Which of those that were searched.</param>
/// <param name="Correlation">Dot product, -1 to 1.</param>
public readonly record struct Neighbour(int Index, float Correlation);

/// <summary>The nearest vectors seen so far: largest correlation first, equal ones by index, so that the order in which they come does not matter.</summary>
/// <param name="capacity">Most that are kept, at least 1.</param>
public sealed class NearestList(int capacity)
{
    private readonly Neighbour[] _nearest = new Neighbour[capacity];
    private int _count;

    /// <summary>Takes a vector in, if it is near enough.</summary>
    public void Add(int index, float correlation)
    {
        if (_count == capacity && !IsNearer(index, correlation, _nearest[^1]))
        {
            return;
        }

        var at = _count < capacity ? _count++ : capacity - 1;
        for (; at > 0 && IsNearer(index, correlation, _nearest[at - 1]); at--)
        {
            _nearest[at] = _nearest[at - 1];
        }

        _nearest[at] = new(index, correlation);
    }

    /// <summary>What was kept, nearest first.</summary>
    public IReadOnlyList<Neighbour> ToArray() => _nearest[.._count];

    private static bool IsNearer(int index, float correlation, Neighbour than)
        => correlation > than.Correlation || (correlation == than.Correlation && index < than.Index);
}

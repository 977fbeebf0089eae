namespace AmViz.Responses;

/// <summary>Sorts a few hundred numbers by their upper half: a radix sort, digit by digit from the lowest, since random numbers make a processor mispredict every other comparison.</summary>
/// <param name="capacity">Most numbers.</param>
internal sealed class KeySorter(int capacity)
{
    private const int FirstBit = 32;
    private const int DigitBits = 8;
    private const int Digits = 4;
    private const int Values = 1 << DigitBits;

    private readonly int[] _places = new int[Digits * Values];
    private ulong[] _items = new ulong[capacity];
    private ulong[] _other = new ulong[capacity];

    /// <summary>What to sort, to be filled from the front.</summary>
    public Span<ulong> Items => _items;

    /// <summary>Sorts the first items; equal ones stay in their order.</summary>
    /// <param name="count">How many.</param>
    /// <returns>They, valid until <see cref="Items"/> is written to.</returns>
    public ReadOnlySpan<ulong> Sort(int count)
    {
        CountDigits(count);
        for (var digit = 0; digit < Digits; digit++)
        {
            var places = _places.AsSpan(digit * Values, Values);
            var shift = FirstBit + (digit * DigitBits);
            if (count > 0 && places[(int)(_items[0] >> shift) & (Values - 1)] < count)      // else the digit of all is the same
            {
                Move(places, shift, count);
            }
        }

        return _items.AsSpan(0, count);
    }

    private void CountDigits(int count)
    {
        Array.Clear(_places);
        Span<int> lowest = _places.AsSpan(0, Values), second = _places.AsSpan(Values, Values), third = _places.AsSpan(2 * Values, Values), highest = _places.AsSpan(3 * Values, Values);
        foreach (var item in _items.AsSpan(0, count))
        {
            var key = (uint)(item >> FirstBit);
            lowest[(byte)key]++;
            second[(byte)(key >> DigitBits)]++;
            third[(byte)(key >> (2 * DigitBits))]++;
            highest[(byte)(key >> (3 * DigitBits))]++;
        }
    }

    private void Move(Span<int> places, int shift, int count)
    {
        var before = 0;
        foreach (ref var place in places)
        {
            (place, before) = (before, before + place);
        }

        foreach (var item in _items.AsSpan(0, count))
        {
            _other[places[(byte)(item >> shift)]++] = item;
        }

        (_items, _other) = (_other, _items);
    }
}

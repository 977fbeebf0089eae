using System.Numerics;

namespace AmViz.Cluster.Grains;

/// <summary>A set of task numbers, one bit each.</summary>
/// <param name="capacity">Numbers run from 0 to this, exclusive.</param>
internal sealed class TaskSet(int capacity)
{
    private readonly ulong[] _words = new ulong[(capacity + 63) / 64];

    /// <summary>A set of some numbers.</summary>
    public static TaskSet Of(int capacity, IEnumerable<int> tasks)
    {
        var set = new TaskSet(capacity);
        foreach (var task in tasks)
        {
            set.Add(task);
        }

        return set;
    }

    /// <summary>Numbers in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Whether <paramref name="task"/> is in the set.</summary>
    public bool Contains(int task) => (_words[task >> 6] & Bit(task)) != 0;

    /// <summary>Puts it in.</summary>
    /// <returns>False if it was in.</returns>
    public bool Add(int task)
    {
        var isNew = !Contains(task);
        _words[task >> 6] |= Bit(task);
        Count += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>Takes it out.</summary>
    /// <returns>False if it was not in.</returns>
    public bool Remove(int task)
    {
        var wasIn = Contains(task);
        _words[task >> 6] &= ~Bit(task);
        Count -= wasIn ? 1 : 0;
        return wasIn;
    }

    /// <summary>Takes out the lowest numbers, ascending, at most <paramref name="count"/>.</summary>
    public List<int> TakeLowest(int count)
    {
        var taken = new List<int>(Math.Min(count, Count));
        for (var word = 0; word < _words.Length && taken.Count < count; word++)
        {
            while (_words[word] != 0 && taken.Count < count)
            {
                var task = (word << 6) + BitOperations.TrailingZeroCount(_words[word]);
                Remove(task);
                taken.Add(task);
            }
        }

        return taken;
    }

    /// <summary>Takes out the highest numbers, descending, at most <paramref name="count"/>.</summary>
    public List<int> TakeHighest(int count)
    {
        var taken = new List<int>(Math.Min(count, Count));
        for (var word = _words.Length - 1; word >= 0 && taken.Count < count; word--)
        {
            while (_words[word] != 0 && taken.Count < count)
            {
                var task = (word << 6) + BitOperations.Log2(_words[word]);
                Remove(task);
                taken.Add(task);
            }
        }

        return taken;
    }

    /// <summary>Takes out the lowest numbers that are in <paramref name="others"/> too, ascending, at most <paramref name="count"/>.</summary>
    public List<int> TakeLowestOf(TaskSet others, int count)
    {
        var both = new TaskSet(capacity);
        for (var word = 0; word < _words.Length; word++)
        {
            both._words[word] = _words[word] & others._words[word];
            both.Count += BitOperations.PopCount(both._words[word]);
        }

        var taken = both.TakeLowest(count);
        taken.ForEach(task => Remove(task));
        return taken;
    }

    private static ulong Bit(int task) => 1UL << (task & 63);
}

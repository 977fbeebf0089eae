using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>What a shard knows of its parts, small enough to be kept where it is quick to read: a shard that comes to life again need not read them all.</summary>
/// <remarks>
/// A cache. It holds what was read from parts, and which parts; what is newer is read from the store, and without it everything is.
/// About six bytes a task.
/// </remarks>
[GenerateSerializer, Alias("amviz.ShardMemory")]
internal sealed class ShardMemory
{
    /// <summary>The run it is about; of another run it says nothing.</summary>
    [Id(0)]
    public DateTimeOffset RunStartedAt { get; set; }

    /// <summary>The highest sequence of every epoch of which all parts up to there are in it.</summary>
    [Id(1)]
    public Dictionary<long, long> Parts { get; set; } = [];

    /// <summary>For each task 0: open; otherwise its outcome + 1, and <see cref="OfThisRun"/> added.</summary>
    [Id(2)]
    public byte[] Outcomes { get; set; } = [];

    /// <summary>For each task the length of its picture.</summary>
    [Id(3)]
    public int[] Bytes { get; set; } = [];

    /// <summary>The generation that it was read in; of another one it says nothing, since the store may have been changed meanwhile.</summary>
    [Id(4)]
    public long Generation { get; set; }

    private const byte OfThisRun = 0x80;

    /// <summary>One that knows nothing yet.</summary>
    public static ShardMemory Empty(int tasks, ShardAdmission admission)
        => new() { RunStartedAt = admission.RunStartedAt, Generation = admission.Generation, Outcomes = new byte[tasks], Bytes = new int[tasks] };

    /// <summary>Whether it is about this generation of a shard of so many tasks.</summary>
    public bool IsOf(int tasks, ShardAdmission admission)
        => RunStartedAt == admission.RunStartedAt && Generation == admission.Generation && Outcomes.Length == tasks && Bytes.Length == tasks
            && Array.TrueForAll(Outcomes, outcome => (outcome & ~OfThisRun) <= (int)ChannelOutcome.Failed + 1);

    /// <summary>Whether a part is in it.</summary>
    public bool Holds(long epoch, long sequence) => Parts.TryGetValue(epoch, out var last) && sequence <= last;

    /// <summary>Takes note of a part.</summary>
    public void Add(long epoch, long sequence) => Parts[epoch] = Math.Max(sequence, Parts.GetValueOrDefault(epoch, -1));

    /// <summary>Takes note of a task's end.</summary>
    public void Add(int task, TaskEnding ending)
    {
        Outcomes[task] = (byte)((int)ending.Outcome + 1 + (ending.IsOfThisRun ? OfThisRun : 0));
        Bytes[task] = ending.Bytes;
    }

    /// <summary>The tasks that have ended.</summary>
    public Dictionary<int, TaskEnding> Endings()
    {
        var endings = new Dictionary<int, TaskEnding>();
        for (var task = 0; task < Outcomes.Length; task++)
        {
            if (Outcomes[task] != 0)
            {
                endings.Add(task, new((ChannelOutcome)((Outcomes[task] & ~OfThisRun) - 1), (Outcomes[task] & OfThisRun) != 0, Bytes[task]));
            }
        }

        return endings;
    }
}

using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Which tasks of a shard have ended, and how: the one place that knows. It is also the form in which it is cached, about five bytes a task.</summary>
/// <remarks>Derived from the rows in the store, which hold the truth. A cached one saves the next activation from reading the parts that are in it.</remarks>
[GenerateSerializer, Alias("amviz.ShardProgress")]
internal sealed class ShardProgress
{
    // A task's byte: 0 while it is open, otherwise its outcome + 1, with this bit if it ended in the present run.
    private const byte OfThisRun = 0x80;

    private const byte Open = 0;

    [Id(0)]
    private readonly DateTimeOffset _runStartedAt;

    [Id(1)]
    private readonly long _generation;

    [Id(2)]
    private readonly byte[] _ends;

    [Id(3)]
    private readonly int[] _pictureLengths;

    // Of each epoch the highest sequence: all parts up to that one are in it.
    [Id(4)]
    private readonly Dictionary<long, long> _parts = [];

    /// <summary>Of a shard without tasks: what an empty cache holds.</summary>
    public ShardProgress()
        : this(0, new(SweepState.Planned, default))
    {
    }

    /// <summary>Nothing has ended yet.</summary>
    /// <param name="tasks">Tasks of the shard.</param>
    /// <param name="admission">Run and generation that it is about.</param>
    public ShardProgress(int tasks, ShardAdmission admission)
        => (_runStartedAt, _generation, _ends, _pictureLengths) = (admission.RunStartedAt, admission.Generation, new byte[tasks], new int[tasks]);

    /// <summary>Tasks of the shard.</summary>
    public int TaskCount => _ends.Length;

    /// <summary>Tasks that have ended.</summary>
    public int EndedCount => TaskCount - Count(Open);

    /// <summary>Tasks that have not ended, ascending.</summary>
    public IEnumerable<int> OpenTasks => Enumerable.Range(0, TaskCount).Where(task => !HasEnded(task));

    /// <summary>Lengths in bytes of the pictures, by task.</summary>
    public Dictionary<int, long> PictureLengths
        => Enumerable.Range(0, TaskCount).Where(task => OutcomeOf(task) == ChannelOutcome.Rendered).ToDictionary(task => task, task => (long)_pictureLengths[task]);

    /// <summary>Counts by outcome.</summary>
    public TaskCounts Counts
    {
        get
        {
            var (dead, notFinite) = (Count(ChannelOutcome.Dead), Count(ChannelOutcome.NotFinite));
            return new()
            {
                Planned = TaskCount,
                Rendered = Count(Code(ChannelOutcome.Rendered, isOfThisRun: true)),
                Skipped = Count(Code(ChannelOutcome.Rendered, isOfThisRun: false)),
                Failed = Count(ChannelOutcome.Failed) + dead + notFinite,
                Dead = dead,
                NotFinite = notFinite,
            };
        }
    }

    /// <summary>Whether a cached progress is about this generation of a shard of so many tasks; of another one it says nothing, since the store may have changed.</summary>
    public bool IsOf(int tasks, ShardAdmission admission)
        => _runStartedAt == admission.RunStartedAt && _generation == admission.Generation && TaskCount == tasks && _pictureLengths.Length == tasks
            && Array.TrueForAll(_ends, end => (end & ~OfThisRun) <= (int)ChannelOutcome.Failed + 1);

    /// <summary>Whether a task has ended.</summary>
    public bool HasEnded(int task) => _ends[task] != Open;

    /// <summary>How a task ended; null while it is open.</summary>
    public ChannelOutcome? OutcomeOf(int task) => HasEnded(task) ? (ChannelOutcome)((_ends[task] & ~OfThisRun) - 1) : null;

    /// <summary>Whether a task ended in the present run: since the sweep was last submitted, and not by a picture that was stored before.</summary>
    public bool IsOfThisRun(int task) => (_ends[task] & OfThisRun) != 0;

    /// <summary>Records the row of a task. The newest one counts, but a picture once stored is never lost to the failure of a later, needless attempt.</summary>
    public void Record(int task, PartRow row)
    {
        if (OutcomeOf(task) != ChannelOutcome.Rendered || row.Entry.Outcome == ChannelOutcome.Rendered)
        {
            _ends[task] = Code(row.Entry.Outcome, !row.Run.Skipped && row.Run.CommittedAt >= _runStartedAt);
            _pictureLengths[task] = (int)(row.Entry.Bytes ?? 0);
        }
    }

    /// <summary>The end of a task counts no more: it is to be drawn again.</summary>
    public void Reopen(int task) => (_ends[task], _pictureLengths[task]) = (Open, 0);

    /// <summary>Records that the rows of a part are in it.</summary>
    /// <returns>False if they were before.</returns>
    public bool AddPart(long epoch, long sequence)
    {
        var isNew = !_parts.TryGetValue(epoch, out var last) || sequence > last;
        if (isNew)
        {
            _parts[epoch] = sequence;
        }

        return isNew;
    }

    private int Count(ChannelOutcome outcome) => Count(Code(outcome, isOfThisRun: true)) + Count(Code(outcome, isOfThisRun: false));

    private int Count(byte end) => _ends.AsSpan().Count(end);

    private static byte Code(ChannelOutcome outcome, bool isOfThisRun) => (byte)((int)outcome + 1 + (isOfThisRun ? OfThisRun : 0));
}

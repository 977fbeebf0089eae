using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains;

/// <summary>Who works on which task of a shard: claims, renewals, losses, isolation of tasks that break their devices.</summary>
/// <remarks>
/// Pure state: no storage, no calls. At any time a task is in exactly one place: done, free, apart (a suspect, leased without
/// neighbours), condemned (given up, its row not written yet), or held by one lease (or by two, when the first is late).
/// Done never becomes undone.
/// </remarks>
/// <param name="taskCount">Tasks of the shard.</param>
/// <param name="epoch">Number of the shard's activation: part of every token.</param>
/// <param name="options">How leases run.</param>
internal sealed partial class LeaseTable(int taskCount, long epoch, LeaseOptions options)
{
    private readonly TaskSet _done = new(taskCount);
    private readonly TaskSet _free = Full(taskCount);
    private TaskSet _begun = new(taskCount);
    private readonly Queue<int[]> _apart = new();
    private readonly SortedDictionary<int, string> _condemned = [];
    private readonly Dictionary<AttemptToken, LiveLease> _leases = [];
    private readonly Dictionary<string, int> _leasesOf = new(StringComparer.Ordinal);
    private readonly byte[] _holders = new byte[taskCount];
    private readonly Dictionary<int, TaskTrouble> _troubles = [];
    private long _lastNumber;

    /// <summary>Number of the shard's activation.</summary>
    public long Epoch => epoch;

    /// <summary>Tasks that are done.</summary>
    public int DoneCount => _done.Count;

    /// <summary>Tasks that nobody holds and nobody suspects.</summary>
    public int FreeCount => _free.Count;

    /// <summary>Leases out.</summary>
    public IReadOnlyCollection<LiveLease> Leases => _leases.Values;

    /// <summary>Tasks given up, with their errors: write their rows, then <see cref="Finish"/> them.</summary>
    public IReadOnlyDictionary<int, string> Condemned => _condemned;

    /// <summary>Tasks that a claim could get now.</summary>
    public int Available
        => _free.Count
        + _apart.Sum(group => group.Count(task => !_done.Contains(task)))
        + _leases.Values.Where(IsLate).Sum(lease => lease.Tasks.Count(IsHeldOnce));

    /// <summary>Until when there may be leases that this table does not know of, in ticks of its clock; 0: there are none.</summary>
    public long AdoptsUntil { get; init; }

    /// <summary>Whether devices may still come with leases that this table does not know of.</summary>
    public bool IsAdopting => Now < AdoptsUntil;

    /// <summary>Whether work was left unfinished since it was last asked which tasks <see cref="HaveCheckpoints"/>. At first nobody knows.</summary>
    public bool MustLookForCheckpoints { get; set; } = true;

    /// <summary>Whether leases ended without a report since it was last asked which of their pictures are stored: a lease is reported as a whole, and its holder may have stored most of it.</summary>
    public bool MustLookForPictures { get; set; }

    /// <summary>Which tasks have a checkpoint: they are given out before others, and not together with them.</summary>
    public void HaveCheckpoints(IEnumerable<int> tasks)
    {
        _begun = new(taskCount);
        foreach (var task in tasks)
        {
            _begun.Add(task);
        }
    }

    /// <summary>Whether the task may have a checkpoint.</summary>
    public bool MayHaveCheckpoint(int task) => _begun.Contains(task);

    /// <summary>Whether the task is done.</summary>
    public bool IsDone(int task) => _done.Contains(task);

    /// <summary>Attempts at a task so far, the present one included.</summary>
    public int AttemptOf(int task) => TroubleOf(task).Failures + TroubleOf(task).Losses + 1;

    /// <summary>A task has ended for good, whoever brought the result.</summary>
    /// <returns>False if it was done before.</returns>
    public bool Finish(int task)
    {
        _free.Remove(task);
        _condemned.Remove(task);
        return _done.Add(task);
    }

    /// <summary>Gives out work: free tasks, then suspects, then copies of late leases.</summary>
    /// <param name="device">Who asks.</param>
    /// <param name="want">Most tasks wanted.</param>
    /// <param name="batchSize">Images the device computes at once.</param>
    /// <param name="expectedBatch">How long it expects a batch to take; zero: unknown.</param>
    /// <returns>Null if there is nothing now.</returns>
    public LiveLease? Claim(string device, int want, int batchSize, TimeSpan expectedBatch)
    {
        if (want <= 0)
        {
            return null;
        }

        if (IsAdopting)
        {
            // What is in hands is what was given last: the lowest numbers that are not done.
            return _free.Count > 1 ? Give(device, _free.TakeHighest(Math.Min(want, _free.Count / 2)), batchSize, expectedBatch) : null;
        }

        if (_free.Count > 0)
        {
            var share = FairShare(device, want, batchSize);
            var begun = _begun.Count > 0 ? _free.TakeLowestOf(_begun, share) : [];
            return Give(device, begun.Count > 0 ? begun : _free.TakeLowest(share), batchSize, expectedBatch);
        }

        while (_apart.TryDequeue(out var group))
        {
            var open = Array.FindAll(group, task => !_done.Contains(task));
            if (open.Length > 0)
            {
                return Give(device, open, batchSize, expectedBatch, isApart: true);
            }
        }

        var late = _leases.Values
            .Where(lease => !string.Equals(lease.Device, device, StringComparison.Ordinal) && IsLate(lease))
            .MinBy(lease => lease.GivenAt);
        var copies = late?.Tasks.Where(IsHeldOnce).Take(batchSize).ToArray() ?? [];
        return copies.Length > 0 ? Give(device, copies, batchSize, expectedBatch, isSecondCopy: true) : null;
    }

    private long Now => options.Clock.GetTimestamp();

    /// <summary>Near the end leases shrink, so that all devices finish together: half of a fair share, in whole batches.</summary>
    private int FairShare(string device, int want, int batchSize)
    {
        var devices = _leasesOf.Count + (_leasesOf.ContainsKey(device) ? 0 : 1);
        if (devices == 1)
        {
            return want;
        }

        var half = (_free.Count + (2 * devices) - 1) / (2 * devices);
        var batches = (half + batchSize - 1) / batchSize;
        return Math.Min(want, batches * batchSize);
    }

    private LiveLease Give(
        string device, IReadOnlyList<int> tasks, int batchSize, TimeSpan expectedBatch, bool isApart = false, bool isSecondCopy = false)
    {
        var batches = (tasks.Count + batchSize - 1) / batchSize;
        var duration = expectedBatch * options.BatchesPerLease;
        var lease = new LiveLease
        {
            Token = new(epoch, ++_lastNumber),
            Device = device,
            Tasks = tasks,
            IsApart = isApart,
            IsSecondCopy = isSecondCopy,
            Duration = duration > options.Minimum ? duration : options.Minimum,
            ExpectedWork = expectedBatch * batches,
            GivenAt = Now,
            RenewedAt = Now,
        };
        Add(lease);
        return lease;
    }

    private void Add(LiveLease lease)
    {
        Version++;
        _leases.Add(lease.Token, lease);
        _leasesOf[lease.Device] = _leasesOf.GetValueOrDefault(lease.Device) + 1;
        foreach (var task in lease.Tasks)
        {
            _holders[task]++;
        }
    }

    private bool IsLate(LiveLease lease)
    {
        if (lease.IsApart || lease.IsSecondCopy)
        {
            return false;
        }

        var patience = lease.ExpectedWork > TimeSpan.Zero ? lease.ExpectedWork * options.StragglerFactor : lease.Duration;
        var age = options.Clock.GetElapsedTime(lease.GivenAt);
        return age > patience && age > options.MinimumStraggler;
    }

    private bool IsHeldOnce(int task) => _holders[task] == 1 && !_done.Contains(task);

    private static TaskSet Full(int count)
    {
        var all = new TaskSet(count);
        for (var task = 0; task < count; task++)
        {
            all.Add(task);
        }

        return all;
    }
}

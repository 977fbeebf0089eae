using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>The sweeps that the index assigns to a device. Used by the reporter, which asks at intervals, and by the puller, which asks when it has no shard.</summary>
internal sealed class SweepAssignments(IGrainFactory grains, DeviceStatusBoard status)
{
    // A reference, so that one thread reads what another one writes as a whole.
    private volatile string? _current;
    private volatile bool _mustMove;

    // In ticks.
    private long _askAgainAfter;

    /// <summary>The sweep that the device leases from; null: none. Set by the puller.</summary>
    public SweepId? Current
    {
        get => _current is { } id ? new(id) : null;
        set => _current = value?.Value;
    }

    private ISweepIndexGrain Index => grains.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);

    /// <summary>Reports the status, and learns whether another sweep comes first by now.</summary>
    public async Task ReportAsync()
    {
        var current = Current;
        var assigned = await AskAsync(current);
        _mustMove = current is not null && assigned.Count > 0 && assigned[0] != current;
    }

    /// <summary>Sweeps to ask for work, best first.</summary>
    public Task<IReadOnlyList<SweepId>> AskAsync() => AskAsync(Current);

    /// <summary>Whether the device should leave its sweep for another one; true once for each report that says so.</summary>
    public bool ConsumeMove()
    {
        var mustMove = _mustMove;
        _mustMove = false;
        return mustMove;
    }

    /// <summary>The interval, or the one that the index wants between two reports of a device in so large a fleet if that is longer.</summary>
    public TimeSpan InFleet(TimeSpan interval) => TimeSpan.FromTicks(Math.Max(interval.Ticks, Volatile.Read(ref _askAgainAfter)));

    /// <summary>The device leaves the cluster.</summary>
    public Task LeaveAsync() => Index.Leave(status.Current.Device);

    private async Task<IReadOnlyList<SweepId>> AskAsync(SweepId? current)
    {
        var assignment = await Index.Assign(status.Current, current);
        Volatile.Write(ref _askAgainAfter, assignment.AskAgainAfter.Ticks);
        return assignment.Sweeps;
    }
}

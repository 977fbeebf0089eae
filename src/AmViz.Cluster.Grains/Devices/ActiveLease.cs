using System.Diagnostics;

namespace AmViz.Cluster.Grains;

/// <summary>A lease that a device works on, with the results so far.</summary>
internal sealed class ActiveLease : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancelled;
    private readonly List<PartRow> _rows = [];
    private readonly List<TaskFailure> _failures = [];
    private readonly List<BatchCrash> _crashes = [];
    private readonly HashSet<int> _drawing = [];
    private readonly TimeProvider _clock;
    private long? _begunAt;
    private long _lastRenewal;
    private bool _isDisposed;

    /// <summary>Holds a lease from now on.</summary>
    /// <param name="lease">What the shard granted.</param>
    /// <param name="device">The device.</param>
    /// <param name="clock">Dates the lease.</param>
    /// <param name="cancelled">Cancels the work of all leases.</param>
    public ActiveLease(Lease lease, string device, TimeProvider clock, CancellationToken cancelled)
    {
        _clock = clock;
        var (now, steps) = (clock.GetUtcNow(), lease.Shard.Recipe.Steps);
        (Lease, RenewedAt, Span) = (lease, clock.GetTimestamp(), DeviceSpans.Lease(device, lease));
        Handles = [.. lease.Tasks.Select(index => new ChannelHandle(index, lease.Shard.TaskAt(index), new(lease.Token, device), steps, now))];
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Cancelled = _cancelled.Token;
    }

    /// <summary>What the shard granted.</summary>
    public Lease Lease { get; }

    /// <summary>Whose tasks they are.</summary>
    public Shard Shard => Lease.Shard;

    /// <summary>Its tasks.</summary>
    public IReadOnlyList<ChannelHandle> Handles { get; }

    /// <summary>Fires when the work is to stop between two steps.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Its span; null: nobody listens.</summary>
    public Activity? Span { get; }

    /// <summary>When it was received or last renewed: a timestamp of the device's clock.</summary>
    public long RenewedAt { get; set; }

    /// <summary>The next renewal. All tasks are named, since rows are reported only at the end.</summary>
    public LeaseRenewal NextRenewal()
    {
        lock (_lock)
        {
            var (stage, drawnFor) = _begunAt is { } begun ? (LeaseStage.Drawing, _clock.GetElapsedTime(begun)) : (LeaseStage.Waiting, TimeSpan.Zero);
            return new(Lease.Token, Lease.Tasks, [.. _drawing], stage, drawnFor, ++_lastRenewal);
        }
    }

    /// <summary>Its results.</summary>
    public LeaseReport Report
    {
        get
        {
            lock (_lock)
            {
                return new() { Token = Lease.Token, Rows = [.. _rows], Failures = [.. _failures], Crashes = [.. _crashes] };
            }
        }
    }

    /// <summary>Stops the work.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _cancelled.Cancel();
            }
        }
    }

    /// <summary>The batch is on the device, or is announced as the next one.</summary>
    public void StartDrawing(IReadOnlyList<ChannelHandle> batch)
    {
        lock (_lock)
        {
            _drawing.UnionWith(batch.Select(handle => handle.Index));
        }
    }

    /// <summary>The first step of a batch is done: no other device could begin it sooner.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _begunAt ??= _clock.GetTimestamp();
        }
    }

    /// <summary>The batch is off the device.</summary>
    public void EndDrawing(IReadOnlyList<ChannelHandle> batch)
    {
        lock (_lock)
        {
            _drawing.ExceptWith(batch.Select(handle => handle.Index));
        }
    }

    /// <summary>A task is done: its picture is stored, or there is none to be had.</summary>
    public void Complete(ChannelHandle handle, ManifestEntry entry, RunLogEntry log)
    {
        handle.Advance(ChannelTaskState.Committed, entry.Error);
        lock (_lock)
        {
            _rows.Add(new(entry, log));
        }
    }

    /// <summary>A task failed by itself.</summary>
    public void Fail(ChannelHandle handle, string error)
    {
        handle.Advance(ChannelTaskState.Failed, error);
        lock (_lock)
        {
            _failures.Add(new(handle.Index, error));
        }
    }

    /// <summary>A batch failed as a whole, and one of its tasks may be to blame.</summary>
    public void Crash(IReadOnlyList<ChannelHandle> batch, string error)
    {
        foreach (var handle in batch)
        {
            handle.Advance(ChannelTaskState.Failed, error);
        }

        lock (_lock)
        {
            _crashes.Add(new([.. batch.Select(handle => handle.Index)], error));
        }
    }

    /// <summary>A batch was not finished, and no task is to blame.</summary>
    public static void Abandon(IReadOnlyList<ChannelHandle> batch)
    {
        foreach (var handle in batch)
        {
            handle.Advance(ChannelTaskState.Cancelled);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Span?.Dispose();
            _cancelled.Dispose();
        }
    }
}

using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>A lease that a device works on, and what has come of it so far.</summary>
internal sealed class LeaseInHand : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancelled;
    private readonly List<PartRow> _rows = [];
    private readonly List<TaskFailure> _failures = [];
    private readonly List<BatchCrash> _crashes = [];
    private readonly HashSet<int> _drawing = [];

    public LeaseInHand(Lease lease, string device, CancellationToken abandoned)
    {
        Lease = lease;
        Handles = [.. lease.Tasks.Select(index => new ChannelHandle(index, lease.Shard.TaskAt(index), new(lease.Token, device)))];
        _cancelled = CancellationTokenSource.CreateLinkedTokenSource(abandoned);
        Cancelled = _cancelled.Token;
    }

    /// <summary>The lease.</summary>
    public Lease Lease { get; }

    /// <summary>Its tasks.</summary>
    public IReadOnlyList<ChannelHandle> Handles { get; }

    /// <summary>Fires when the work is to stop between two steps.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Its span; null: nobody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>When it was given or last renewed, on the device's clock.</summary>
    public long RenewedAt { get; set; }

    /// <summary>What a renewal says. All tasks are named: rows are handed in only at the end.</summary>
    public LeaseRenewal Renewal
    {
        get
        {
            lock (_lock)
            {
                return new(Lease.Token, Lease.Tasks, [.. _drawing]);
            }
        }
    }

    /// <summary>What came of it.</summary>
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

    /// <summary>The batch goes to the device.</summary>
    public void Begin(IReadOnlyList<ChannelHandle> batch)
    {
        lock (_lock)
        {
            _drawing.UnionWith(batch.Select(handle => handle.Index));
        }
    }

    /// <summary>The batch is off the device.</summary>
    public void Leave(IReadOnlyList<ChannelHandle> batch)
    {
        lock (_lock)
        {
            _drawing.ExceptWith(batch.Select(handle => handle.Index));
        }
    }

    /// <summary>A task has ended for good.</summary>
    public void Add(ChannelHandle handle, ManifestEntry entry, RunLogEntry log)
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

    /// <summary>A batch failed as a whole.</summary>
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

    /// <summary>A batch was not finished, which is nobody's fault.</summary>
    public static void GiveUp(IReadOnlyList<ChannelHandle> batch)
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

    private bool _isDisposed;
}

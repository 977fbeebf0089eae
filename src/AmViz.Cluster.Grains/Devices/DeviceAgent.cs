using AmViz.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps one device busy: leases, draws, stores, reports.</summary>
/// <remarks>
/// Five parts, joined by <see cref="AgentQueues"/>. A slow store holds up the drawing and nothing else; a coordinator out of reach holds up nothing until the
/// leases that are held are drawn. A part that dies ends the others: a device of which one part is dead would hold its leases for ever.
/// </remarks>
internal sealed class DeviceAgent : IDisposable
{
    private readonly DeviceContext _device;
    private readonly StopSignals _stop = new();
    private readonly AgentQueues _queues;
    private readonly DeviceStatusBoard _status;
    private readonly LeaseReleaser _releaser;
    private readonly LeasePuller _puller;
    private readonly BatchDrawer _drawer;
    private readonly PictureStorer _storer;
    private readonly LeaseRenewer _renewer;
    private readonly DeviceReporter _reporter;

    public DeviceAgent(
        string name, IChannelRenderer renderer, DeviceClock usage, IGrainFactory grains, ResultStore results, CheckpointStore checkpoints,
        LocalDevices devices, LocalChannelTasks tasks, ClusterInstruments instruments, IOptions<DeviceAgentOptions> options, ILogger<DeviceAgent> log)
    {
        _device = new(name, renderer, options.Value, usage, instruments, log);
        _queues = new(options.Value.BatchesInFlight);
        var (health, held, times) = (new DeviceHealth(options.Value), new HeldLeases(_device, tasks), new BatchTimes());
        _status = new(_device, devices, health, _stop);
        var monitor = new HealthMonitor(_device, health, _status);
        var assignments = new SweepAssignments(grains, _status);
        var finder = new ShardFinder(_device, grains, assignments, health, _status);
        var exchange = new ShardExchange(_device, grains, held, times, _status, _stop.Aborting.Token);
        var checkpointing = new BatchCheckpointing(_device, checkpoints, _stop);
        var rendering = new BatchRendering(_device, checkpointing, times, monitor, _status);
        _releaser = new(_device, grains, held);
        _puller = new(_device, grains, _stop, _queues, held, finder, exchange, _releaser, _status);
        _renewer = new(_device, grains, held);
        _drawer = new(_device, _stop, _queues, health, checkpointing, rendering, _renewer);
        _storer = new(_device, _stop, _queues, results, checkpointing, monitor, _status);
        _reporter = new(_device, assignments);
    }

    /// <summary>Works until <see cref="Drain"/>, then reports what is left.</summary>
    /// <exception cref="DeviceAgentException">A part has died: the leases are released, and the device is served no more.</exception>
    public async Task RunAsync()
    {
        using var working = new CancellationTokenSource();
        Part[] drawing = [new("pulling", _puller.RunAsync()), new("drawing", _drawer.RunAsync()), new("storing", _storer.RunAsync())];
        Part[] all = [.. drawing, new("renewing", _renewer.RunAsync(working.Token)), new("reporting", _reporter.RunAsync(working.Token))];
        try
        {
            await foreach (var ended in Task.WhenEach(all.Select(part => part.Running)))
            {
                if (!ended.IsCompletedSuccessfully)
                {
                    throw await DieAsync(Array.Find(all, part => part.Running == ended)!);
                }

                if (drawing.All(part => part.Running.IsCompleted))
                {
                    await working.CancelAsync();
                }
            }
        }
        finally
        {
            await working.CancelAsync();
        }
    }

    /// <summary>Leases no more; draws on with the leases that are held.</summary>
    public void Drain()
    {
        _stop.Draining.Cancel();
        _status.Refresh();
    }

    /// <summary>Stops between two steps and reports what is done.</summary>
    public void Cancel() => _stop.Cancelling.Cancel();

    /// <summary>Reports nothing more, and releases the leases.</summary>
    public void Abort() => _stop.Aborting.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _drawer.Dispose();
        _stop.Dispose();
    }

    /// <summary>Stops the other parts, which would go on as if nothing had happened: leases would be held and renewed of which nothing is drawn.</summary>
    private async Task<DeviceAgentException> DieAsync(Part part)
    {
        var death = new DeviceAgentException(_device.Name, part.Name, part.Running.Exception?.InnerException);
        _device.Usage.Death = death.Message;
        await _stop.Cancelling.CancelAsync();
        await _stop.Aborting.CancelAsync();
        _queues.ToDraw.Writer.TryComplete();
        _queues.ToStore.Writer.TryComplete();
        await _releaser.ReleaseAllAsync();
        return death;
    }

    private sealed record Part(string Name, Task Running);
}

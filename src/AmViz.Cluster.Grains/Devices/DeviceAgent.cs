using System.Collections.Concurrent;
using System.Threading.Channels;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps one device busy: takes leases, draws, stores, hands in.</summary>
/// <remarks>
/// Five loops, joined by bounded channels: pulling (leases), drawing (batches), storing (pictures), renewing, reporting. A slow store holds
/// the drawing up and nothing else; a coordinator out of reach holds up nothing until the leases in hand are drawn. A loop that dies takes the
/// others along: a device of which one part is dead would hold its leases for ever.
/// </remarks>
internal sealed partial class DeviceAgent : IDisposable
{
    private readonly IChannelRenderer _renderer;
    private readonly IGrainFactory _grains;
    private readonly ResultStore _results;
    private readonly CheckpointStore _checkpoints;
    private readonly LocalDevices _devices;
    private readonly ClusterInstruments _instruments;
    private readonly DeviceClock _clock;
    private readonly DeviceOptions _options;
    private readonly ILogger _log;
    private readonly BatchTimes _times = new();
    private readonly DeviceHealth _health;
    private readonly ConcurrentDictionary<AttemptToken, LeaseInHand> _held = new();
    private readonly ConcurrentQueue<LeaseInHand> _ended = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _inFlight;
    private readonly Channel<LeaseInHand> _toDraw = Channel.CreateUnbounded<LeaseInHand>();
    private readonly Channel<DrawnBatch> _toStore;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenSource _givenUp = new();

    public DeviceAgent(
        string name, IChannelRenderer renderer, IGrainFactory grains, ResultStore results, CheckpointStore checkpoints, LocalDevices devices,
        ClusterInstruments instruments, DeviceClock clock, DeviceOptions options, ILogger<DeviceAgent> log)
    {
        (_renderer, _grains, _results, _checkpoints, _devices, _instruments, _clock, _options, _log) =
            (renderer, grains, results, checkpoints, devices, instruments, clock, options, log);
        _health = new(options);
        _inFlight = new(options.BatchesInFlight);
        _toStore = Channel.CreateBounded<DrawnBatch>(options.BatchesInFlight);
        _status = new() { Device = name, Activity = DeviceActivity.Idle, Pool = options.Pool };
        _devices.Show(_status);
    }

    private string Name => _status.Device;

    /// <summary>From 0 to 1, another one for each device.</summary>
    private double Phase => (uint)StringComparer.Ordinal.GetHashCode(Name) / (double)uint.MaxValue;

    /// <summary>Works until <see cref="Drain"/>, then hands in what is left.</summary>
    /// <exception cref="DeviceAgentException">A part has died: the leases are given back, and the device is served no more.</exception>
    public async Task RunAsync()
    {
        using var working = new CancellationTokenSource();
        AgentPart[] drawing = [new("pulling", PullAsync()), new("drawing", DrawAsync()), new("storing", StoreAsync())];
        AgentPart[] all = [.. drawing, new("renewing", RenewAsync(working.Token)), new("reporting", ReportAsync(working.Token))];
        try
        {
            await foreach (var ended in Task.WhenEach(all.Select(part => part.Running)))
            {
                if (!ended.IsCompletedSuccessfully)
                {
                    throw await Die(Array.Find(all, part => part.Running == ended)!);
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

    /// <summary>Takes no more leases; goes on with those in hand.</summary>
    public void Drain()
    {
        _draining.Cancel();
        Show(status => status);
        _wake.Release();
    }

    /// <summary>Stops between two steps and hands in what is done.</summary>
    public void Abandon() => _abandoned.Cancel();

    /// <summary>Hands in nothing more.</summary>
    public void GiveUp() => _givenUp.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _wake.Dispose();
        _inFlight.Dispose();
        _draining.Dispose();
        _abandoned.Dispose();
        _givenUp.Dispose();
    }

    /// <summary>Stops the other parts, which would go on as if nothing had happened: leases would be taken and renewed of which nothing is drawn.</summary>
    private async Task<DeviceAgentException> Die(AgentPart part)
    {
        var death = new DeviceAgentException(Name, part.Name, part.Running.Exception?.InnerException);
        _clock.Death = death.Message;
        await _abandoned.CancelAsync();
        await _givenUp.CancelAsync();
        _toDraw.Writer.TryComplete();
        _toStore.Writer.TryComplete();
        await ReleaseAll();
        return death;
    }

    /// <summary>One of the loops.</summary>
    private sealed record AgentPart(string Name, Task Running);

    /// <summary>A batch on its way from the device to the store; without a batch: the end of the lease.</summary>
    private sealed record DrawnBatch(LeaseInHand Lease, ChannelHandle[]? Batch, Task<IReadOnlyList<RenderedChannel>?>? Rendering);
}

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
/// the drawing up and nothing else; a coordinator out of reach holds up nothing until the leases in hand are drawn.
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
    public async Task RunAsync()
    {
        using var working = new CancellationTokenSource();
        var renewing = Task.WhenAll(RenewAsync(working.Token), ReportAsync(working.Token));
        try
        {
            await Task.WhenAll(PullAsync(), DrawAsync(), StoreAsync());
        }
        finally
        {
            await working.CancelAsync();
            await renewing;
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

    /// <summary>A batch on its way from the device to the store; without a batch: the end of the lease.</summary>
    private sealed record DrawnBatch(LeaseInHand Lease, ChannelHandle[]? Batch, Task<IReadOnlyList<RenderedChannel>>? Rendering);
}

using AmViz.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace AmViz.Cluster.Grains;

/// <summary>See <see cref="ISweepIndexGrain"/>.</summary>
[CoordinatorSilosOnly]
internal sealed partial class SweepIndexGrain(
    SweepStore sweeps, SweepHistory history, LiveSweepMarkers markers, SweepRemover remover, SweepRetention retention, SiloGauges gauges, IOptions<SweepOptions> options, ILogger<SweepIndexGrain> log) : Grain, ISweepIndexGrain
{
    private readonly DeviceBoard _board = new(options.Value.Clock, options.Value.DeviceSilence, options.Value.ReportSpacing);
    private IGrainTimer? _waking;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        gauges.Census = _board.Count;
        if (options.Value.KeepEnded is not null)
        {
            this.RegisterGrainTimer(RemoveExpired, new GrainTimerCreationOptions(options.Value.Tick, options.Value.RetentionInterval) { Interleave = true });
        }

        if (!options.Value.WakeLiveSweeps)
        {
            return Task.CompletedTask;
        }

        // Not in this call: a sweep that wakes up enters itself in this index, which is not there yet.
        this.RegisterGrainTimer(ResumeRemovals, new GrainTimerCreationOptions(TimeSpan.Zero, options.Value.RemovalInterval) { Interleave = true });
        _waking = this.RegisterGrainTimer(WakeLiveSweeps, new GrainTimerCreationOptions(TimeSpan.Zero, options.Value.Tick) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gauges.Census = null;
        return Task.CompletedTask;
    }

    public Task Enter(LiveSweep sweep)
    {
        _board.Enter(sweep);
        return Task.CompletedTask;
    }

    public Task Remove(SweepId sweep)
    {
        _board.Remove(sweep);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LiveSweep>> Ranked() => Task.FromResult(_board.Ranked);

    public Task<DeviceAssignment> Assign(DeviceStatus device, SweepId? worksFor) => Task.FromResult(_board.Assign(device, worksFor));

    public Task Leave(string device)
    {
        _board.Leave(device);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeviceStatus>> Devices() => Task.FromResult(_board.Devices);

    public Task<QueuePosition?> Queue(SweepId sweep) => Task.FromResult(_board.Queue(sweep));

    public Task<ReservedChannels> Reserve(ChannelReservation wanted) => Task.FromResult(_board.Reserve(wanted));

    public async Task<IReadOnlyList<SweepStatus>> All()
    {
        var all = new List<SweepStatus>();
        await foreach (var some in sweeps.ListAsync(CancellationToken.None).Chunk(options.Value.ShardsOpenedAtOnce))
        {
            all.AddRange((await Task.WhenAll(some.Select(Describe))).OfType<SweepStatus>());
        }

        return all;
    }

    /// <summary>A live sweep is asked. All others are described from the store, without activating them.</summary>
    private async Task<SweepStatus?> Describe(SweepId sweep)
    {
        if (!_board.IsLive(sweep))
        {
            var stored = await history.ReadAsync(sweep, CancellationToken.None);
            if (stored?.State != SweepState.Running || !options.Value.WakeLiveSweeps)
            {
                return stored;
            }
        }

        return await GrainFactory.GetGrain<ISweepGrain>(sweep.Value).Status();
    }

    /// <summary>After the death of a whole cluster, or of its memory, the sweeps continue as soon as the first device asks for work.</summary>
    private async Task WakeLiveSweeps()
    {
        try
        {
            var live = await markers.ListAsync(CancellationToken.None);
            await Task.WhenAll(live.Select(sweep => GrainFactory.GetGrain<ISweepGrain>(sweep.Value).Status()));
            _waking?.Dispose();
            LogWoken(live.Count);
        }
        catch (Exception e)
        {
            LogNotWoken(e);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The index of sweeps found {Count} live sweeps in the store.")]
    private partial void LogWoken(int count);

    [LoggerMessage(2, LogLevel.Warning, "The index of sweeps could not wake the live sweeps; it will try again.")]
    private partial void LogNotWoken(Exception exception);
}

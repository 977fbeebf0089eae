using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Orleans;

namespace AmViz.Benchmarks;

/// <summary>Runs a sweep on the real grains and the real device agents; only drawing is simulated.</summary>
public sealed class Simulation : IAsyncDisposable
{
    private readonly SimulationSettings _settings;
    private readonly SweepPlan _plan;
    private readonly SimulatedStore _store;
    private readonly ICoordinator _coordinator;
    private readonly Fleet _fleet;
    private readonly Action<string> _tell;

    private Simulation(SimulationSettings settings, SweepPlan plan, SimulatedStore store, ICoordinator coordinator, Action<string> tell)
    {
        (_settings, _plan, _store, _coordinator, _tell) = (settings, plan, store, coordinator, tell);
        _fleet = new(settings, coordinator.Grains, store);
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="settings">What is simulated.</param>
    /// <param name="tell">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SimulationReport> RunAsync(SimulationSettings settings, Action<string> tell, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var plan = SimulatedPlan.Of(settings);
        var store = new SimulatedStore(folder.Path, plan, SimulatedPlan.WarmUp(settings));
        await using ICoordinator coordinator = settings.Apart
            ? await CoordinatorProcess.StartAsync(settings, folder.Path, cancellationToken)
            : await Coordinator.StartAsync(settings, store);
        await using var simulation = new Simulation(settings, plan, store, coordinator, tell);
        return await simulation.RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    private async Task<SimulationReport> RunAsync(CancellationToken cancellationToken)
    {
        _fleet.Start();
        await WarmUpAsync(cancellationToken);
        var samples = new List<Sample> { await SampleAsync(0, TimeSpan.Zero, collect: true, cancellationToken) };
        var watch = Stopwatch.StartNew();
        await SweepOf(_plan).Submit(_plan, new());
        _tell($"submitted {_plan.TaskCount} channels of {_plan.Layers.Count} layers after {watch.Elapsed.TotalSeconds:0.00} s");
        foreach (var (part, collect) in new[] { (0.1, false), (0.5, true), (0.9, false), (0.99, true), (1.0, false) })
        {
            var ended = await UntilAsync(_plan, status => status.Counts.Ended >= part * _plan.TaskCount || status.State.HasEnded(), cancellationToken);
            var at = watch.Elapsed;
            samples.Add(await SampleAsync(ended.Counts.Ended, at, collect, cancellationToken));
            _tell($"{ended.Counts.Ended} channels after {at.TotalSeconds:0.0} s");
        }

        var (calls, fruitless) = (_coordinator.Meter.Calls, _coordinator.Meter.Fruitless);
        await UntilAsync(_plan, status => status.State.HasEnded(), cancellationToken);
        var folded = (watch.Elapsed - samples[^1].At).TotalSeconds;
        _tell($"manifest folded after {folded:0.0} s more");
        samples.Add(await SampleAsync(_plan.TaskCount, watch.Elapsed, collect: false, cancellationToken));
        var final = await SweepOf(_plan).Status();
        return SimulationReport.Of(_settings, _plan, final!, _fleet, samples, calls, fruitless, folded, await ManifestCheck.OfAsync(_store, _plan, cancellationToken));
    }

    private ISweepGrain SweepOf(SweepPlan plan) => _coordinator.Grains.GetGrain<ISweepGrain>(plan.Id.Value);

    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var plan = SimulatedPlan.WarmUp(_settings);
        await SweepOf(plan).Submit(plan, new());
        await UntilAsync(plan, status => status.State.HasEnded(), cancellationToken);
        await _coordinator.ResetAsync(cancellationToken);
        _fleet.Reset();
        _tell("warmed up");
    }

    private async Task<SweepStatus> UntilAsync(SweepPlan plan, Func<SweepStatus, bool> isReached, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            if (await SweepOf(plan).Status() is { } status && isReached(status))
            {
                return status;
            }
        }
    }

    private async Task<Sample> SampleAsync(int ended, TimeSpan at, bool collect, CancellationToken cancellationToken)
        => new(at, ended, Environment.CpuUsage.TotalTime.TotalSeconds, _settings.Apart ? _store.Operations : default, await _coordinator.MeasureAsync(collect, cancellationToken));
}

/// <summary>How far it was at a time, and what it had cost.</summary>
/// <param name="At">Since the sweep was submitted.</param>
/// <param name="Ended">Channels.</param>
/// <param name="CpuSeconds">Processor time of this process.</param>
/// <param name="DeviceStore">Calls of the store by devices; none are counted apart if all is one process.</param>
/// <param name="Coordinator">What the coordinator's process had used.</param>
internal sealed record Sample(TimeSpan At, int Ended, double CpuSeconds, StoreOperations DeviceStore, CoordinatorFigures Coordinator);

using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Sweeps;
using Orleans;

namespace AmViz.Cluster.Silo;

/// <summary>What a silo may live for: submits a sweep and follows it to its end. Several silos with the same errand are one cluster that works for one sweep.</summary>
/// <param name="plan">The sweep. Submitted by several silos, or again after all of them died, it is one sweep.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="onTrouble">Told, once for every time, why nothing is heard of the sweep.</param>
/// <param name="time">The clock.</param>
public sealed class SweepErrand(SweepPlan plan, IProgress<SweepStatus> progress, Action<string> onTrouble, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _hasSeenIt;
    private bool _hasTold;

    /// <summary>How the sweep ended; null: it has not.</summary>
    public SweepStatus? Ended { get; private set; }

    /// <summary>Submits it, unless it is under way or done, and returns when it has ended. Coordinators that are lost, and a store out of reach, are waited for.</summary>
    /// <param name="grains">Of a silo that has joined.</param>
    /// <param name="cancellationToken">The silo leaves, or has lost its cluster and joins again.</param>
    public async Task RunAsync(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var sweep = grains.GetGrain<ISweepGrain>(plan.Id.Value);
        using var timer = new PeriodicTimer(Interval, time);
        while (Ended is null)
        {
            if (await TryAsync(() => Look(sweep), cancellationToken) is { } status)
            {
                progress.Report(status);
                Ended = status.State.HasEnded() ? status : null;
            }

            if (Ended is null)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    /// <summary>Once at most a run is begun from here: another silo may have seen the end of it before this one looks.</summary>
    private async Task<SweepStatus> Look(ISweepGrain sweep)
    {
        var status = await sweep.Status();
        if (status is null || (!_hasSeenIt && IsUnfinished(status)))
        {
            status = await sweep.Submit(plan, new());
        }

        _hasSeenIt = true;
        return status;
    }

    private static bool IsUnfinished(SweepStatus status)
        => status is { State: SweepState.Planned or SweepState.Cancelled or SweepState.Failed } or { State: SweepState.Finished, Counts.Failed: > 0 };

    private async Task<SweepStatus?> TryAsync(Func<Task<SweepStatus>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var status = await ask().WaitAsync(cancellationToken);
            _hasTold = false;
            return status;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_hasTold)
            {
                _hasTold = true;
                onTrouble($"Nothing is heard of the sweep '{plan.Id}': {ClusterFailures.Describe(e)} It is asked for again every second.");
            }

            return null;
        }
    }
}

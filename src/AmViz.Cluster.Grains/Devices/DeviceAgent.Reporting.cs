using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>Tells the cluster what the device is at, and hears which sweep it should work for.</summary>
internal sealed partial class DeviceAgent
{
    // Written by the pulling loop alone; reporting tells of it.
    private SweepId? _worksFor;

    // Set by reporting, taken by pulling.
    private volatile bool _mustMove;

    // What the index asked for last, in ticks: a large fleet reports less often, and idle devices of it ask less often.
    private long _askAgainAfter;

    private ISweepIndexGrain Index => _grains.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key);

    private async Task ReportAsync(CancellationToken stopped)
    {
        try
        {
            await SomeOf(_options.ReportInterval, stopped);
            using var timer = new PeriodicTimer(_options.ReportInterval);
            do
            {
                await Report().WaitAsync(stopped);
                timer.Period = InFleet(_options.ReportInterval);
            }
            while (await timer.WaitForNextTickAsync(stopped));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            await Leave();
        }
    }

    private async Task Report()
    {
        try
        {
            var worksFor = _worksFor;
            var order = await AskIndex(worksFor);
            _mustMove = worksFor is not null && order.Count > 0 && order[0] != worksFor;
        }
        catch (Exception e)
        {
            // The next report follows soon; work goes on meanwhile.
            LogNoCoordinator(Name, e);
        }
    }

    /// <summary>Sweeps to ask for work, best first.</summary>
    private Task<IReadOnlyList<SweepId>> FindSweeps() => AskIndex(_worksFor);

    private async Task<IReadOnlyList<SweepId>> AskIndex(SweepId? worksFor)
    {
        var assignment = await Index.Assign(_status, worksFor);
        Volatile.Write(ref _askAgainAfter, assignment.AskAgainAfter.Ticks);
        return assignment.Sweeps;
    }

    /// <summary>The interval, or what the index asks of a device of so large a fleet if that is longer.</summary>
    private TimeSpan InFleet(TimeSpan interval) => TimeSpan.FromTicks(Math.Max(interval.Ticks, Volatile.Read(ref _askAgainAfter)));

    private async Task Leave()
    {
        try
        {
            await Index.Leave(Name).WaitAsync(ReleasePatience);
        }
        catch (Exception e)
        {
            // It is forgotten by itself.
            LogNoCoordinator(Name, e);
        }
    }
}

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
            var order = await Index.Assign(_status, worksFor);
            _mustMove = worksFor is not null && order.Count > 0 && order[0] != worksFor;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The next report follows soon; work goes on meanwhile.
            LogNoCoordinator(Name, e);
        }
    }

    /// <summary>Sweeps to ask for work, best first.</summary>
    private async Task<IReadOnlyList<SweepId>> FindSweeps() => await Index.Assign(_status, _worksFor);

    private async Task Leave()
    {
        try
        {
            await Index.Leave(Name).WaitAsync(ReleasePatience);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It is forgotten by itself.
            LogNoCoordinator(Name, e);
        }
    }
}

using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>Reports the device's status to the index of sweeps at intervals, and that it leaves.</summary>
internal sealed partial class DeviceReporter(DeviceContext device, SweepAssignments assignments)
{
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = device.Log;

    /// <summary>Reports until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopped)
    {
        var interval = device.Options.ReportInterval;
        try
        {
            await device.StaggerAsync(interval, stopped);
            using var timer = new PeriodicTimer(interval, device.Options.Clock);
            do
            {
                // One that fails is followed by the next one; work goes on meanwhile.
                await Try(assignments.ReportAsync).WaitAsync(stopped);
                timer.Period = assignments.InFleet(interval);
            }
            while (await timer.WaitForNextTickAsync(stopped));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // A device that cannot say so is forgotten after a while.
            await Try(() => assignments.LeaveAsync().WaitAsync(LeavePatience, device.Options.Clock));
        }
    }

    private async Task Try(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e)
        {
            LogNoCoordinator(device.Name, e);
        }
    }

    [LoggerMessage(6, LogLevel.Debug, "{Device} finds no coordinator; it will ask again.")]
    private partial void LogNoCoordinator(string device, Exception exception);
}

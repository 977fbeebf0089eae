using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps the index of sweeps awake for as long as there is a coordinator.</summary>
/// <remarks>
/// The index wakes the live sweeps, and it is the index that says how many channels wait. After the loss of Redis and of every coordinator nobody would call
/// it: devices are started by that very number, and users have no reason to ask.
/// </remarks>
internal sealed partial class SweepIndexWatch(IGrainFactory grains, IOptions<SweepOptions> options, ILogger<SweepIndexWatch> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Tick, options.Value.Clock);
        try
        {
            do
            {
                await CallAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
    }

    private async Task CallAsync(CancellationToken stopping)
    {
        try
        {
            await grains.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key).Ranked().WaitAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // It may be moving to another silo; it is called again soon.
            LogNoAnswer(e);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The index of sweeps did not answer; it is called again.")]
    private partial void LogNoAnswer(Exception exception);
}

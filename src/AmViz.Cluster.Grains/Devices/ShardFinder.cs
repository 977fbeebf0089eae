using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Decides which shard a device leases from: the present one, until it refuses, another sweep comes first, or the device must rest from it.</summary>
internal sealed partial class ShardFinder(
    DeviceContext device, IGrainFactory grains, SweepAssignments assignments, DeviceHealth health, DeviceStatusBoard status)
{
    private readonly ILogger _log = device.Log;
    private readonly RecentModels _models = new();
    private ShardId? _shard;
    private ShardId? _exhausted;

    /// <summary>Longest pause of a device that finds no work.</summary>
    public TimeSpan LongestPause => assignments.InFleet(device.Options.LongestPause);

    /// <summary>The shard to ask for a lease.</summary>
    /// <returns>Null if there is none that the device can draw at the moment, or no coordinator answers.</returns>
    /// <param name="isBusy">Whether the device has other work in hand.</param>
    public async Task<ShardId?> FindAsync(bool isBusy)
    {
        if (assignments.ConsumeMove() || (_shard is { } shard && health.MustRestFrom(shard)))
        {
            _shard = null;
        }

        return health.MustPause ? null : _shard ?? await AskAsync(isBusy);
    }

    /// <summary>The shard has granted a lease.</summary>
    public void OnGranted(ShardId shard)
    {
        (_shard, assignments.Current) = (shard, shard.Sweep);
        _models.Use(shard.Model);
    }

    /// <summary>The shard has granted none. Its sweep will not name it again at once, so that the next one can be asked without a pause.</summary>
    public void OnRefused(ShardId shard) => (_shard, _exhausted) = (null, shard);

    private async Task<ShardId?> AskAsync(bool isBusy)
    {
        // Reported once: reported again and again, the shard would never be offered again.
        var exhausted = _exhausted;
        _exhausted = null;
        try
        {
            foreach (var sweep in await assignments.AskAsync())
            {
                var request = new NextShardRequest(device.Name, _models.Recent, exhausted, device.Renderer.BatchSize, AvoidedOf(sweep), isBusy);
                if (await grains.GetGrain<ISweepGrain>(sweep.Value).NextShard(request) is { } hint && !health.MustRestFrom(hint.Shard))
                {
                    return hint.Shard;
                }
            }

            assignments.Current = null;
            status.ReportCluster(null);
        }
        catch (Exception e)
        {
            status.ReportCluster(e.Message);
            LogNoCoordinator(device.Name, e);
        }

        return null;
    }

    private AvoidedWork[]? AvoidedOf(SweepId sweep)
        => health.Avoided is { Count: > 0 } avoided
            ? [.. avoided.Where(area => area.Sweep == sweep && area.Model is not null).Select(area => new AvoidedWork(area.Model!, area.Layer))]
            : null;

    [LoggerMessage(6, LogLevel.Debug, "{Device} finds no coordinator; it will ask again.")]
    private partial void LogNoCoordinator(string device, Exception exception);
}

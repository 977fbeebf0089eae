using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Releases leases without their results: that needs no store, and nobody has to wait until they expire.</summary>
internal sealed partial class LeaseReleaser(DeviceContext device, IGrainFactory grains, HeldLeases held)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = device.Log;

    /// <summary>Releases all leases that are held; a shard that does not answer at once is left to their expiry.</summary>
    public async Task ReleaseAllAsync()
    {
        try
        {
            await Task.WhenAll(held.All.GroupBy(lease => lease.Shard.Id).Select(leases => grains
                .GetGrain<ILayerShardGrain>(leases.Key.ToString())
                .Release(device.Name, [.. leases.Select(lease => lease.Lease.Token)]))).WaitAsync(Patience, device.Options.Clock);
        }
        catch (Exception e)
        {
            LogNotReleased(device.Name, e);
        }
    }

    [LoggerMessage(11, LogLevel.Warning, "{Device} could not release its leases; they expire.")]
    private partial void LogNotReleased(string device, Exception exception);
}

using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps leases alive, and cancels the work of those that the shard takes back.</summary>
internal sealed partial class LeaseRenewer(DeviceContext device, IGrainFactory grains, HeldLeases held)
{
    private readonly ILogger _log = device.Log;

    /// <summary>Renews each lease in time until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopped)
    {
        var options = device.Options;
        try
        {
            await device.StaggerAsync(options.RenewalCheck, stopped);
            using var timer = new PeriodicTimer(options.RenewalCheck, options.Clock);
            do
            {
                await Renew(held.All.Where(lease => options.Clock.GetElapsedTime(lease.RenewedAt) > IntervalOf(lease.Lease))).WaitAsync(stopped);
            }
            while (await timer.WaitForNextTickAsync(stopped));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The agent has ended.
        }
    }

    /// <summary>Renews a lease until its shard has heard it and thereby knows what is on the device, or the lease is taken away or left.</summary>
    public async Task AnnounceAsync(ActiveLease lease, CancellationToken left)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(lease.Cancelled, left);
        var backoff = new Backoff(device.Options);
        while (!await Renew(lease.Shard.Id, [lease]))
        {
            await Task.Delay(backoff.Next(), device.Options.Clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (over.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private TimeSpan IntervalOf(Lease lease)
        => lease.Duration / 3 < device.Options.RenewalInterval ? lease.Duration / 3 : device.Options.RenewalInterval;

    private Task<bool[]> Renew(IEnumerable<ActiveLease> leases)
        => Task.WhenAll(leases.GroupBy(lease => lease.Shard.Id).Select(group => Renew(group.Key, [.. group])));

    /// <summary>Renews leases of one shard.</summary>
    /// <returns>Whether the shard has answered.</returns>
    private async Task<bool> Renew(ShardId shard, IReadOnlyList<ActiveLease> leases)
    {
        try
        {
            var sentAt = device.Options.Clock.GetTimestamp();
            var directives = await grains.GetGrain<ILayerShardGrain>(shard.ToString()).Renew(new(device.Name, [.. leases.Select(lease => lease.NextRenewal())]));
            foreach (var (lease, directive) in leases.Zip(directives))
            {
                lease.RenewedAt = sentAt;
                if (directive == LeaseDirective.Cancel)
                {
                    LogTakenAway(device.Name, shard, lease.Lease.Token);
                    lease.Cancel();
                }
            }

            return true;
        }
        catch (Exception e)
        {
            LogNotRenewed(device.Name, shard, e);
            return false;
        }
    }

    [LoggerMessage(8, LogLevel.Information, "{Device}: lease {Lease} of shard {Shard} was taken away.")]
    private partial void LogTakenAway(string device, ShardId shard, AttemptToken lease);

    [LoggerMessage(9, LogLevel.Warning, "{Device} could not renew its leases of shard {Shard}; it will try again.")]
    private partial void LogNotRenewed(string device, ShardId shard, Exception exception);
}

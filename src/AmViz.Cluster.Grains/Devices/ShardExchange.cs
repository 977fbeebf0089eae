using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>The exchanges of a device with shards, one at a time: reports leases that have ended, names those that are held, asks for new ones.</summary>
internal sealed partial class ShardExchange(
    DeviceContext device, IGrainFactory grains, HeldLeases held, BatchTimes times, DeviceStatusBoard status, CancellationToken aborted)
{
    private readonly ILogger _log = device.Log;
    private long _lastNumber;

    /// <summary>One exchange, repeated under its number until it is answered: nobody knows whether an earlier attempt arrived. The reported leases are held no longer.</summary>
    /// <param name="shard">With which shard.</param>
    /// <param name="ended">Leases of it to report.</param>
    /// <param name="wantsLease">Whether to ask for new ones.</param>
    /// <returns>Null if there was no answer within <see cref="DeviceAgentOptions.ReportPatience"/>.</returns>
    /// <exception cref="OperationCanceledException">The agent is aborted; nothing counts as reported.</exception>
    public async Task<ExchangeReply?> SendAsync(ShardId shard, IReadOnlyList<ActiveLease> ended, bool wantsLease)
    {
        var request = Request(shard, ended, wantsLease);
        var reply = await SendAsync(shard, request);
        if (reply is null)
        {
            LogNotReported(device.Name, shard, ended.Count);
        }

        foreach (var lease in ended)
        {
            held.Remove(lease);
        }

        return reply;
    }

    private async Task<ExchangeReply?> SendAsync(ShardId shard, ExchangeRequest request)
    {
        var grain = grains.GetGrain<ILayerShardGrain>(shard.ToString());
        var (clock, backoff) = (device.Options.Clock, new Backoff(device.Options));
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var reply = await grain.Exchange(request).WaitAsync(aborted);
                status.ReportCluster(null);
                return reply;
            }
            catch (Exception e)
            {
                // Whatever failed in the last moment, an agent that is aborted ends in one way.
                aborted.ThrowIfCancellationRequested();
                status.ReportCluster(e.Message);
                LogExchangeFailed(device.Name, shard, e);
            }

            if (clock.GetElapsedTime(started) > device.Options.ReportPatience)
            {
                return null;
            }

            await Task.Delay(backoff.Next(), clock, aborted);
        }
    }

    private ExchangeRequest Request(ShardId shard, IReadOnlyList<ActiveLease> ended, bool wantsLease)
    {
        var (options, batchSize, expected) = (device.Options, device.Renderer.BatchSize, times.Expected(shard));
        return new()
        {
            Device = device.Name,
            Number = ++_lastNumber,
            Leases = Math.Max(1, options.LeasesHeld - held.Count + ended.Count),
            Reports = [.. ended.Select(lease => lease.Report)],
            Held = [.. held.All.Where(lease => lease.Shard.Id == shard).Except(ended).Select(lease => lease.NextRenewal())],
            Want = wantsLease ? batchSize * BatchTimes.BatchesPerLease(expected, options.LeaseWork, options.MaxBatchesPerLease) : 0,
            BatchSize = batchSize,
            ExpectedBatch = expected,
            Pool = options.Pool,
            IsBusy = held.Count > ended.Count,
        };
    }

    [LoggerMessage(4, LogLevel.Debug, "{Device}: no answer from shard {Shard}; it will ask again.")]
    private partial void LogExchangeFailed(string device, ShardId shard, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "{Device} could not report {Leases} leases of shard {Shard}; the shard finds the pictures in the store.")]
    private partial void LogNotReported(string device, ShardId shard, int leases);
}

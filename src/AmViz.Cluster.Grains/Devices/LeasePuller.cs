using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Grains;

/// <summary>Reports leases that have ended and fetches new ones, one exchange at a time.</summary>
internal sealed partial class LeasePuller(
    DeviceContext device, IGrainFactory grains, StopSignals stop, AgentQueues queues, HeldLeases held, ShardFinder finder, ShardExchange exchange,
    LeaseReleaser releaser, DeviceStatusBoard status)
{
    // Channel grains only show the work; one that cannot be reached must not hold it up.
    private static readonly TimeSpan ChannelPatience = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = device.Log;

    /// <summary>Pulls until the agent drains and every lease is reported, or until it is aborted and the leases are released.</summary>
    public async Task RunAsync()
    {
        try
        {
            await PullAsync();
        }
        catch (OperationCanceledException) when (stop.Aborting.IsCancellationRequested)
        {
            LogAborted(device.Name, held.Count);
            await releaser.ReleaseAllAsync();
        }
        finally
        {
            queues.ToDraw.Writer.TryComplete();
        }
    }

    private async Task PullAsync()
    {
        var backoff = new Backoff(device.Options);
        while (true)
        {
            // Read once: a drain that begins later ends the pause.
            var isDraining = stop.Draining.IsCancellationRequested;
            if (isDraining && held.IsEmpty)
            {
                return;
            }

            if (await PullOnceAsync(isDraining))
            {
                backoff.Reset();
                continue;
            }

            if (held.IsEmpty)
            {
                status.Update(idle => idle with { Shard = null, Lease = null, Images = 0, Step = 0, Steps = 0 });
            }

            await PauseAsync(backoff.Next(finder.LongestPause), isDraining);
        }
    }

    /// <summary>Reports what has ended, and leases if there is room.</summary>
    /// <returns>Whether anything was reported or leased.</returns>
    private async Task<bool> PullOnceAsync(bool isDraining)
    {
        var ended = DequeueEnded();
        var isFull = held.Count - ended.Count >= device.Options.LeasesHeld;
        var target = isDraining || isFull ? null : await finder.FindAsync(isBusy: held.Count > ended.Count);
        foreach (var reports in ended.GroupBy(lease => lease.Shard.Id).Where(reports => reports.Key != target))
        {
            await exchange.SendAsync(reports.Key, [.. reports], wantsLease: false);
        }

        return target is { } shard
            ? await LeaseAsync(shard, [.. ended.Where(lease => lease.Shard.Id == shard)]) || ended.Count > 0
            : ended.Count > 0;
    }

    private List<ActiveLease> DequeueEnded()
    {
        var ended = new List<ActiveLease>();
        while (queues.ToReport.Reader.TryRead(out var lease))
        {
            ended.Add(lease);
        }

        return ended;
    }

    private async Task<bool> LeaseAsync(ShardId shard, IReadOnlyList<ActiveLease> ended)
    {
        var reply = await exchange.SendAsync(shard, ended, wantsLease: true);
        if (reply is not { Verdict: ExchangeVerdict.Leased, Leases: { } granted })
        {
            finder.OnRefused(shard);
            return reply is not null;
        }

        finder.OnGranted(shard);
        foreach (var lease in granted)
        {
            await HoldAsync(new(lease, device.Name, device.Options.Clock, stop.Cancelling.Token));
        }

        return true;
    }

    private async Task HoldAsync(ActiveLease lease)
    {
        held.Add(lease);
        LogLeased(device.Name, lease.Shard.Id, lease.Lease.Token, lease.Handles.Count);
        await ActivateChannelsAsync(lease);
        await queues.ToDraw.Writer.WriteAsync(lease);
    }

    /// <summary>Activates the tasks' grains, here, where the device is.</summary>
    private async Task ActivateChannelsAsync(ActiveLease lease)
    {
        try
        {
            await Task.WhenAll(lease.Handles.Select(handle => grains
                .GetGrain<IChannelTaskGrain>(ChannelTaskKey.Of(lease.Shard.Id.Sweep, handle.Task).ToString())
                .Run(handle.Attempt))).WaitAsync(ChannelPatience, device.Options.Clock);
        }
        catch (Exception e)
        {
            LogChannelsNotQueued(device.Name, lease.Lease.Token, e);
        }
    }

    /// <summary>Ends early when a lease has ended, or when a drain begins.</summary>
    private async Task PauseAsync(TimeSpan pause, bool isDraining)
    {
        using var timeout = new CancellationTokenSource(pause, device.Options.Clock);
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop.Aborting.Token, isDraining ? default : stop.Draining.Token);
        try
        {
            await queues.ToReport.Reader.WaitToReadAsync(awake.Token);
        }
        catch (OperationCanceledException)
        {
            stop.Aborting.Token.ThrowIfCancellationRequested();
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Device} leased {Tasks} tasks of shard {Shard}, lease {Lease}.")]
    private partial void LogLeased(string device, ShardId shard, AttemptToken lease, int tasks);

    [LoggerMessage(7, LogLevel.Debug, "{Device}: the channel tasks of lease {Lease} could not all be queued; they are drawn all the same.")]
    private partial void LogChannelsNotQueued(string device, AttemptToken lease, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "{Device} left without reporting {Leases} leases.")]
    private partial void LogAborted(string device, int leases);
}

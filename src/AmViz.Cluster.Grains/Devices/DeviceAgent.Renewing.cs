using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains;

/// <summary>Keeps leases alive, hears that work is to stop, and shows what the device is at.</summary>
internal sealed partial class DeviceAgent
{
    private readonly Lock _statusLock = new();
    private DeviceStatus _status;
    private string? _storeTrouble;
    private string? _clusterTrouble;

    private async Task RenewAsync(CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(_options.RenewalCheck);
        try
        {
            while (await timer.WaitForNextTickAsync(stopped))
            {
                var due = _held.Values.Where(lease => _options.Clock.GetElapsedTime(lease.RenewedAt) > lease.Lease.Duration / 3);
                await Task.WhenAll(due.GroupBy(lease => lease.Lease.Shard.Id).Select(leases => Renew(leases.Key, [.. leases]))).WaitAsync(stopped);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The agent has ended.
        }
    }

    private async Task Renew(ShardId shard, IReadOnlyList<LeaseInHand> leases)
    {
        try
        {
            var asked = _options.Clock.GetTimestamp();
            var directives = await _grains.GetGrain<ILayerShardGrain>(shard.ToString()).Renew(new(Name, [.. leases.Select(lease => lease.Renewal)]));
            foreach (var (lease, directive) in leases.Zip(directives))
            {
                lease.RenewedAt = asked;
                if (directive == LeaseDirective.Cancel)
                {
                    LogTakenAway(Name, shard, lease.Lease.Token);
                    lease.Cancel();
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotRenewed(Name, shard, e);
        }
    }

    private BatchMeter Meter(ShardId shard, int images) => new BatchMeter(this, shard, images);

    private void StoreTrouble(string? trouble)
    {
        _storeTrouble = trouble;
        Show(status => status);
    }

    private void ClusterTrouble(string? trouble)
    {
        _clusterTrouble = trouble;
        Show(status => status);
    }

    private void Show(Func<DeviceStatus, DeviceStatus> change)
    {
        lock (_statusLock)
        {
            var next = change(_status);
            _status = next with
            {
                Trouble = _storeTrouble ?? _health.Trouble ?? _clusterTrouble,
                Activity = _draining.IsCancellationRequested ? DeviceActivity.Draining
                    : _health.Trouble is not null ? DeviceActivity.Broken
                    : next.Shard is null ? DeviceActivity.Idle : DeviceActivity.Drawing,
            };
            _devices.Show(_status);
        }
    }

    /// <summary>Not <see cref="Progress{T}"/>, which tells in no order and on other threads.</summary>
    private sealed class BatchMeter(DeviceAgent agent, ShardId shard, int images) : IProgress<BatchProgress>
    {
        private long _firstAt;
        private int _firstStep = -1;

        public void Report(BatchProgress value)
        {
            var clock = agent._options.Clock;
            if (_firstStep < 0)
            {
                (_firstAt, _firstStep) = (clock.GetTimestamp(), value.Step);
            }

            var seconds = clock.GetElapsedTime(_firstAt).TotalSeconds;
            agent.Show(status => status with
            {
                Shard = shard,
                Images = images,
                Step = value.Step,
                Steps = value.Steps,
                StepsPerSecond = seconds > 0 ? (value.Step - _firstStep) / seconds : status.StepsPerSecond,
            });
        }
    }
}

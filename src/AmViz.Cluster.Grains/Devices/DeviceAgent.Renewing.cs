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
        try
        {
            await SomeOf(_options.RenewalCheck, stopped);
            using var timer = new PeriodicTimer(_options.RenewalCheck);
            do
            {
                await Renew(_held.Values.Where(lease => _options.Clock.GetElapsedTime(lease.RenewedAt) > RenewedEvery(lease.Lease))).WaitAsync(stopped);
            }
            while (await timer.WaitForNextTickAsync(stopped));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The agent has ended.
        }
    }

    /// <summary>Waits for this device's part of an interval: devices that were started together are not to call together for ever.</summary>
    private Task SomeOf(TimeSpan interval, CancellationToken cancellationToken) => Task.Delay(interval * Phase, cancellationToken);

    private Task RenewAll() => Renew(_held.Values);

    private Task Renew(IEnumerable<LeaseInHand> leases)
        => Task.WhenAll(leases.GroupBy(lease => lease.Lease.Shard.Id).Select(group => Renew(group.Key, [.. group])));

    private TimeSpan RenewedEvery(Lease lease)
        => lease.Duration / 3 < _options.RenewalInterval ? lease.Duration / 3 : _options.RenewalInterval;

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
        catch (Exception e)
        {
            LogNotRenewed(Name, shard, e);
        }
    }

    private BatchMeter Meter(ShardId shard, ChannelHandle[] batch) => new(this, shard, batch.Length, batch[0].Begun?.Step ?? 0);

    // Said once when it begins and once when it ends; every picture is tried again many times meanwhile.
    private void StoreTrouble(string? trouble)
    {
        var before = Interlocked.Exchange(ref _storeTrouble, trouble);
        if (before is null && trouble is not null)
        {
            LogStoreOutOfReach(Name, trouble);
        }
        else if (before is not null && trouble is null)
        {
            LogStoreBack(Name);
        }

        Show(status => status);
    }

    private void ClusterTrouble(string? trouble)
    {
        var before = Interlocked.Exchange(ref _clusterTrouble, trouble);
        if (before is null && trouble is not null)
        {
            LogClusterOutOfReach(Name, trouble);
        }
        else if (before is not null && trouble is null)
        {
            LogClusterBack(Name);
        }

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
                WaitsForOthers = _storeTrouble is not null || (_health.Trouble is null && _clusterTrouble is not null),
                Activity = _draining.IsCancellationRequested ? DeviceActivity.Draining
                    : _health.IsBroken(isIdle: next.Shard is null) ? DeviceActivity.Broken
                    : next.Shard is null ? DeviceActivity.Idle : DeviceActivity.Drawing,
            };
            _devices.Show(_status);
        }
    }

    /// <summary>Not <see cref="Progress{T}"/>, which tells in no order and on other threads.</summary>
    private sealed class BatchMeter(DeviceAgent agent, ShardId shard, int images, int begunAt) : IProgress<BatchProgress>
    {
        private long _firstAt;
        private int _firstStep = -1;
        private int _lastStep = begunAt;

        public void Report(BatchProgress value)
        {
            agent._clock.Step();
            agent._instruments.OnSteps(images * Math.Max(value.Step - _lastStep, 0));
            _lastStep = value.Step;
            var clock = agent._options.Clock;
            if (_firstStep < 0)
            {
                (_firstAt, _firstStep) = (clock.GetTimestamp(), value.Step);
                agent.LogDrawing(agent.Name, shard, images);
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

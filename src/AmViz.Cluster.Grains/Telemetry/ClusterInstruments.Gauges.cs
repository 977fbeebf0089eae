using System.Diagnostics.Metrics;

namespace AmViz.Cluster.Grains;

/// <summary>Metrics that are observed when they are collected.</summary>
public sealed partial class ClusterInstruments
{
    private static readonly (SweepState State, string Name)[] LiveStates = [(SweepState.Running, "running"), (SweepState.Paused, "paused")];

    private readonly Lock _lock = new();
    private readonly List<SiloGauges> _lives = [];
    private DeviceTimes _past;

    /// <summary>Time since the last step of a batch in hand, of the device for which it is longest; zero if no batch is in hand.</summary>
    public TimeSpan ProgressAge => Lives.SelectMany(life => life.Devices).Select(device => device.ProgressAge).DefaultIfEmpty().Max();

    /// <summary>Why a device of this silo is not served any more; null: all are.</summary>
    public string? Death => Lives.SelectMany(life => life.Devices).Select(device => device.Death).FirstOrDefault(death => death is not null);

    private SiloGauges[] Lives
    {
        get
        {
            lock (_lock)
            {
                return [.. _lives];
            }
        }
    }

    internal void Attach(SiloGauges life)
    {
        lock (_lock)
        {
            _lives.Add(life);
        }
    }

    /// <summary>What the devices of that life spent stays counted.</summary>
    internal void Detach(SiloGauges life)
    {
        lock (_lock)
        {
            if (_lives.Remove(life))
            {
                _past += DeviceTimes.Sum(life.Devices);
            }
        }
    }

    private void CreateGauges()
    {
        _meter.CreateObservableGauge("amviz.leases.open", () => Lives.Sum(life => life.ActiveLeases), "{lease}", "Active leases of the shards of this silo.");
        _meter.CreateObservableGauge("amviz.lease.oldest.age", () => Lives.Select(life => life.OldestLease).DefaultIfEmpty().Max().TotalSeconds, "s", "Time since the oldest of them was granted.");
        _meter.CreateObservableGauge("amviz.sweeps", Sweeps, "{sweep}", "Live sweeps by state; only where the index of sweeps lives.");
        _meter.CreateObservableGauge("amviz.backlog.channels", Backlog, null, "Channels not done of running sweeps, by the pool that they are bound to, any: to none; only where the index of sweeps lives.");
        _meter.CreateObservableGauge("amviz.devices", Devices, "{device}", "Devices of the cluster by activity; only where the index of sweeps lives.");
        _meter.CreateObservableCounter("amviz.device.seconds", DeviceSeconds, "s", "Time that the devices of this silo spent, by activity.");
        _meter.CreateObservableGauge("amviz.device.progress.age", () => ProgressAge.TotalSeconds, "s", "Time since the last step of a batch in hand; 0: none is.");
        _meter.CreateObservableGauge("amviz.device.leases", () => Lives.SelectMany(life => life.Devices).Sum(device => device.Leases), "{lease}", "Leases that this silo's devices hold.");
    }

    private IEnumerable<Measurement<int>> Sweeps()
        => from census in Censuses()
           from state in LiveStates
           select new Measurement<int>(census.Sweeps.GetValueOrDefault(state.State), new KeyValuePair<string, object?>("state", state.Name));

    private IEnumerable<Measurement<long>> Backlog()
        => from census in Censuses()
           from pool in census.Backlog
           select new Measurement<long>(pool.Value, new KeyValuePair<string, object?>("pool", pool.Key));

    private IEnumerable<Measurement<int>> Devices()
        => from census in Censuses()
           from activity in Enum.GetValues<DeviceActivity>()
           select new Measurement<int>(census.Devices.GetValueOrDefault(activity), new KeyValuePair<string, object?>("activity", activity.ToString().ToLowerInvariant()));

    private IEnumerable<IndexCensus> Censuses() => Lives.Select(life => life.Census?.Invoke()).OfType<IndexCensus>();

    private IEnumerable<Measurement<double>> DeviceSeconds()
    {
        DeviceTimes times;
        lock (_lock)
        {
            times = _past + DeviceTimes.Sum(_lives.SelectMany(life => life.Devices));
        }

        return
        [
            new(times.Drawing, new KeyValuePair<string, object?>("state", "drawing")),
            new(times.Idle, new KeyValuePair<string, object?>("state", "idle")),
            new(times.WaitingForStore, new KeyValuePair<string, object?>("state", "waiting_for_store")),
        ];
    }
}

using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>The device's published status: what it draws, and why it cannot go on if it cannot.</summary>
internal sealed partial class DeviceStatusBoard
{
    private readonly Lock _lock = new();
    private readonly DeviceContext _device;
    private readonly LocalDevices _devices;
    private readonly DeviceHealth _health;
    private readonly StopSignals _stop;
    private readonly ILogger _log;
    private DeviceStatus _status;
    private string? _storeError;
    private string? _clusterError;

    public DeviceStatusBoard(DeviceContext device, LocalDevices devices, DeviceHealth health, StopSignals stop)
    {
        (_device, _devices, _health, _stop, _log) = (device, devices, health, stop, device.Log);
        _status = new() { Device = device.Name, Activity = DeviceActivity.Idle, Pool = device.Options.Pool };
        Refresh();
    }

    /// <summary>As last published, with the use that the device had so far.</summary>
    public DeviceStatus Current
    {
        get
        {
            lock (_lock)
            {
                return _status with { Use = _device.Usage.Times.Use };
            }
        }
    }

    /// <summary>Publishes a change. Activity and trouble follow from health, errors and drain.</summary>
    public void Update(Func<DeviceStatus, DeviceStatus> change)
    {
        lock (_lock)
        {
            var next = change(_status);
            _status = next with
            {
                Trouble = _storeError ?? _health.Trouble ?? _clusterError,
                WaitsForOthers = _storeError is not null || (_health.Trouble is null && _clusterError is not null),
                Activity = _stop.Draining.IsCancellationRequested ? DeviceActivity.Draining
                    : _health.IsBroken(isIdle: next.Shard is null) ? DeviceActivity.Broken
                    : next.Shard is null ? DeviceActivity.Idle : DeviceActivity.Drawing,
            };
            _devices.Publish(_status);
        }
    }

    /// <summary>Publishes what has changed elsewhere: health or drain.</summary>
    public void Refresh() => Update(status => status);

    /// <summary>The store can be used, or cannot. Logged when that changes: every picture is tried again many times meanwhile.</summary>
    /// <param name="error">Null: it can.</param>
    public void ReportStore(string? error)
    {
        var before = Interlocked.Exchange(ref _storeError, error);
        if (before is null && error is not null)
        {
            LogStoreOutOfReach(_device.Name, error);
        }
        else if (before is not null && error is null)
        {
            LogStoreBack(_device.Name);
        }

        Refresh();
    }

    /// <summary>A coordinator has answered, or has not. Logged when that changes.</summary>
    /// <param name="error">Null: it has.</param>
    public void ReportCluster(string? error)
    {
        var before = Interlocked.Exchange(ref _clusterError, error);
        if (before is null && error is not null)
        {
            LogClusterOutOfReach(_device.Name, error);
        }
        else if (before is not null && error is null)
        {
            LogClusterBack(_device.Name);
        }

        Refresh();
    }

    [LoggerMessage(3, LogLevel.Warning, "{Device} waits for the store: {Error}")]
    private partial void LogStoreOutOfReach(string device, string error);

    [LoggerMessage(18, LogLevel.Information, "{Device}: the store can be used again.")]
    private partial void LogStoreBack(string device);

    [LoggerMessage(19, LogLevel.Warning, "{Device} gets no answer from the coordinators and asks again until it does: {Error}")]
    private partial void LogClusterOutOfReach(string device, string error);

    [LoggerMessage(20, LogLevel.Information, "{Device} gets answers from the coordinators again.")]
    private partial void LogClusterBack(string device);
}

using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class HealthMonitorTests : IDisposable
{
    private readonly TestDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void AFaultIsLoggedOnceARestAndPublished()
    {
        _device.Monitor.Faulted(_device.Shard.Id, DeviceFaultScope.Network, new IOException("no weights"));
        _device.Monitor.Faulted(_device.Shard.Id, DeviceFaultScope.Network, new IOException("no weights"));
        Assert.Equal(1, _device.Log.Count("LogFaulted"));
        Assert.Equal("no weights", _device.Status.Current.Trouble);
        _device.Monitor.Succeeded(_device.Shard.Id);
        Assert.Null(_device.Status.Current.Trouble);
    }

    [Fact]
    public void ACrashBlamesTheBatchUntilTheDeviceCountsAsBroken()
    {
        var leases = Enumerable.Range(0, 9).Select(index => _device.Active(index)).ToArray();
        foreach (var lease in leases)
        {
            _device.Monitor.Crashed(lease, lease.Handles, new ChannelRenderException("boom"));
        }

        Assert.All(leases[..8], lease => Assert.Equal("boom", Assert.Single(lease.Report.Crashes).Error));
        Assert.Empty(leases[8].Report.Crashes);
        Assert.Equal(ChannelTaskState.Cancelled, leases[8].Handles[0].Status.State);
        Assert.Equal(DeviceActivity.Broken, _device.Status.Current.Activity);
        Assert.Equal(9, _device.Log.Count("LogCrashed"));
    }
}

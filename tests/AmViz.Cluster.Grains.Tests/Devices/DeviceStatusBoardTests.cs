using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class DeviceStatusBoardTests : IDisposable
{
    private readonly TestDevice _device = new(configure: options => options.Pool = "a100");

    public void Dispose() => _device.Dispose();

    private DeviceStatus Published => Assert.Single(_device.Devices.Statuses);

    [Fact]
    public void ANewDeviceIsPublishedAsIdle()
        => Assert.Equal((TestDevice.Name, DeviceActivity.Idle, "a100", null), (Published.Device, Published.Activity, Published.Pool, Published.Trouble));

    [Fact]
    public void ADeviceWithABatchIsDrawingAndOneThatDrainsIsDraining()
    {
        _device.Status.Update(status => status with { Shard = _device.Shard.Id, Images = 2, Step = 3, Steps = 8 });
        Assert.Equal((DeviceActivity.Drawing, 3), (Published.Activity, Published.Step));
        _device.Stop.Draining.Cancel();
        _device.Status.Refresh();
        Assert.Equal(DeviceActivity.Draining, Published.Activity);
    }

    [Fact]
    public void AStoreOutOfReachIsLoggedOnceAndPublishedUntilItIsBack()
    {
        _device.Status.ReportStore("the cable is out");
        _device.Status.ReportStore("the cable is still out");
        Assert.Equal(("the cable is still out", true), (Published.Trouble, Published.WaitsForOthers));
        _device.Status.ReportStore(null);
        _device.Status.ReportStore(null);
        Assert.Null(Published.Trouble);
        Assert.Equal((1, 1), (_device.Log.Count("LogStoreOutOfReach"), _device.Log.Count("LogStoreBack")));
    }

    [Fact]
    public void ACoordinatorOutOfReachIsLoggedOnceAndPublishedUntilItAnswers()
    {
        _device.Status.ReportCluster("no answer");
        _device.Status.ReportCluster("no answer");
        Assert.Equal(("no answer", true), (Published.Trouble, Published.WaitsForOthers));
        _device.Status.ReportCluster(null);
        Assert.Null(Published.Trouble);
        Assert.Equal((1, 1), (_device.Log.Count("LogClusterOutOfReach"), _device.Log.Count("LogClusterBack")));
    }

    [Fact]
    public void TheStoreIsNamedBeforeTheDeviceAndTheDeviceBeforeTheCoordinators()
    {
        _device.Status.ReportCluster("no answer");
        _device.Health.Faulted(FaultArea.Of(DeviceFaultScope.Network, _device.Shard.Id), "no weights");
        _device.Status.Refresh();
        Assert.Equal(("no weights", false), (Published.Trouble, Published.WaitsForOthers));
        _device.Status.ReportStore("the cable is out");
        Assert.Equal(("the cable is out", true), (Published.Trouble, Published.WaitsForOthers));
    }
}

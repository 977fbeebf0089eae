using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardFinderTests : IDisposable
{
    private static readonly SweepId Other = new("2222222222222222");

    private readonly TestDevice _device = new();
    private readonly SweepAssignments _assignments;
    private readonly ShardFinder _finder;
    private readonly List<(string Sweep, NextShardRequest Request)> _asked = [];

    public ShardFinderTests()
    {
        _assignments = new(_device.Grains.Factory, _device.Status);
        _finder = new(_device.Context, _device.Grains.Factory, _assignments, _device.Health, _device.Status);
        Assigned(Other, Shard.Sweep);
        // The other sweep has nothing.
        _device.Grains.NextShard = (sweep, request) =>
        {
            _asked.Add((sweep, request));
            return Task.FromResult(sweep == Shard.Sweep.Value ? new ShardHint(Shard) : null);
        };
    }

    private ShardId Shard => _device.Shard.Id;

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task SweepsAreAskedInTheirOrderUntilOneHasWork()
    {
        Assert.Equal(Shard, await _finder.FindAsync(isBusy: false));
        Assert.Equal([Other.Value, Shard.Sweep.Value], _asked.Select(asked => asked.Sweep));
        Assert.All(_asked, asked => Assert.Equal((TestDevice.Name, 2), (asked.Request.Device, asked.Request.Want)));
    }

    [Fact]
    public async Task ADeviceStaysWithAShardThatGrantsLeasesAndNamesItsNetworkLater()
    {
        _finder.OnGranted(Shard);
        Assert.Equal(Shard, await _finder.FindAsync(isBusy: false));
        Assert.Empty(_asked);
        Assert.Equal(Shard.Sweep, _assignments.Current);
        _finder.OnRefused(Shard);
        await _finder.FindAsync(isBusy: false);
        Assert.Equal([Shard.Model], _asked[0].Request.Models);
    }

    [Fact]
    public async Task AShardThatRefusesIsReportedOnce()
    {
        _finder.OnRefused(Shard);
        await _finder.FindAsync(isBusy: false);
        await _finder.FindAsync(isBusy: false);
        Assert.Equal([Shard, Shard, null, null], _asked.Select(asked => asked.Request.Exhausted));
    }

    [Fact]
    public async Task ADeviceThatIsAssignedElsewhereAsksAnew()
    {
        _finder.OnGranted(Shard);
        await _assignments.ReportAsync();
        await _finder.FindAsync(isBusy: false);
        Assert.NotEmpty(_asked);
    }

    [Fact]
    public async Task WorkThatTheDeviceMustRestFromIsNamedAsAvoidedAndNotAccepted()
    {
        _finder.OnGranted(Shard);
        _device.Health.Faulted(FaultArea.Of(DeviceFaultScope.Layer, Shard), "too large");
        Assert.Null(await _finder.FindAsync(isBusy: false));
        Assert.Empty(_asked[0].Request.Avoided!);
        Assert.Equal([new AvoidedWork(Shard.Model, Shard.Layer)], _asked[1].Request.Avoided);
    }

    [Fact]
    public async Task ADeviceAtRestAsksNobody()
    {
        _finder.OnGranted(Shard);
        _device.Health.Faulted(FaultArea.Device, "no memory");
        Assert.Null(await _finder.FindAsync(isBusy: false));
        Assert.Empty(_device.Grains.Calls);
    }

    [Fact]
    public async Task ACoordinatorThatDoesNotAnswerIsATroubleUntilOneDoes()
    {
        _device.Grains.NextShard = (_, _) => throw new TimeoutException("no answer");
        Assert.Null(await _finder.FindAsync(isBusy: false));
        Assert.Equal("no answer", _device.Status.Current.Trouble);
        Assigned();
        Assert.Null(await _finder.FindAsync(isBusy: false));
        Assert.Null(_device.Status.Current.Trouble);
        Assert.Null(_assignments.Current);
    }

    private void Assigned(params SweepId[] sweeps) => _device.Grains.Assign = (_, _) => Task.FromResult(new DeviceAssignment(sweeps, TimeSpan.Zero));
}

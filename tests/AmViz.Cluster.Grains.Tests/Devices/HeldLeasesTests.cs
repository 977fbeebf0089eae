using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class HeldLeasesTests : IDisposable
{
    private readonly TestDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TasksOfALeaseAreFoundWhileItIsHeld()
    {
        var lease = _device.Active(3, 4);
        _device.Held.Add(lease);
        Assert.Same(lease.Handles[1], _device.Tasks.Find(KeyOf(lease, 1)));
        Assert.Equal((1, 1), (_device.Held.Count, _device.Context.Usage.Leases));
        _device.Held.Remove(lease);
        Assert.Null(_device.Tasks.Find(KeyOf(lease, 1)));
        Assert.True(_device.Held.IsEmpty);
        Assert.Equal(0, _device.Context.Usage.Leases);
    }

    [Fact]
    public void TheEndOfAnOlderLeaseLeavesTheYoungerOneOfTheSameTask()
    {
        var (older, younger) = (_device.Active(3), _device.Active(3));
        _device.Held.Add(older);
        _device.Held.Add(younger);
        _device.Held.Remove(older);
        Assert.Same(younger.Handles[0], _device.Tasks.Find(KeyOf(younger, 0)));
    }

    [Fact]
    public void LeasesOfTwoShardsWithTheSameTokenAreBothHeld()
    {
        var grant = _device.Grant(0);
        var other = grant with { Shard = _device.Shard with { Id = _device.Shard.Id with { Layer = "conv_2" } } };
        var (first, second) = (_device.Active(grant), _device.Active(other));
        _device.Held.Add(first);
        _device.Held.Add(second);
        Assert.Equal(2, _device.Held.Count);
        _device.Held.Remove(first);
        Assert.Same(second, Assert.Single(_device.Held.All));
    }

    private static ChannelTaskKey KeyOf(ActiveLease lease, int position) => ChannelTaskKey.Of(lease.Shard.Id.Sweep, lease.Handles[position].Task);
}

using AmViz.Cluster.Abstractions;

namespace AmViz.Cluster.Grains.Tests;

public sealed class LeaseReleaserTests : IDisposable
{
    private readonly TestDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task EveryShardHearsOfItsLeases()
    {
        var grant = _device.Grant(0);
        var other = grant with { Shard = _device.Shard with { Id = _device.Shard.Id with { Layer = "conv_2" } } };
        _device.Held.Add(_device.Active(grant));
        _device.Held.Add(_device.Active(1));
        _device.Held.Add(_device.Active(other));
        var released = new Dictionary<string, int>(StringComparer.Ordinal);
        _device.Grains.Release = (shard, tokens) => Task.FromResult(released[shard] = tokens.Count);
        await Releaser().ReleaseAllAsync();
        Assert.Equal([2, 1], [released[grant.Shard.Id.ToString()], released[other.Shard.Id.ToString()]]);
    }

    [Fact]
    public async Task AShardThatDoesNotAnswerIsNotWaitedFor()
    {
        _device.Held.Add(_device.Active(0));
        _device.Grains.Release = (_, _) => new TaskCompletionSource().Task;
        var releasing = Releaser().ReleaseAllAsync();
        Assert.False(releasing.IsCompleted);
        _device.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.EndAsync(releasing, "the release");
        Assert.Equal(1, _device.Log.Count("LogNotReleased"));
    }

    private LeaseReleaser Releaser() => new(_device.Context, _device.Grains.Factory, _device.Held);
}

using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Cluster.Grains.Tests;

public sealed class BatchRenderingTests : IDisposable
{
    private readonly TestDevice _device = new();
    private readonly BatchRendering _rendering;
    private readonly ActiveLease _lease;

    public BatchRenderingTests()
    {
        _rendering = new(_device.Context, _device.Checkpointing, _device.Times, _device.Monitor, _device.Status);
        _lease = _device.Active(0, 1);
    }

    private ShardId Shard => _device.Shard.Id;

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task ABatchIsRenderedAtTheFullSizeOfTheDeviceAndMeasured()
    {
        var drawn = await RenderAsync(_lease.Handles[0]);
        Assert.Equal(_lease.Handles[0].Task, Assert.Single(drawn!).Record.Task);
        Assert.Equal(2, Assert.Single(_device.Renderer.Batches).PaddedSize);
        Assert.Equal(TimeSpan.FromSeconds(0.5), _device.Times.Expected(Shard));
    }

    [Fact]
    public async Task ABatchThatWasResumedIsMeasuredAsIfAllItsStepsWereDone()
    {
        foreach (var handle in _lease.Handles)
        {
            handle.Resume(TestKit.SampleSweeps.Checkpoint(handle.Task, _device.Shard.Recipe, step: 6));
        }

        await RenderAsync([.. _lease.Handles]);
        // Two pictures of half a second each for two of eight steps.
        Assert.Equal(TimeSpan.FromSeconds(4), _device.Times.Expected(Shard));
        Assert.Equal([6, 6], _device.Renderer.Resumed.Select(checkpoint => checkpoint.Step));
        Assert.Equal(1, _device.Log.Count("LogResumed"));
    }

    [Fact]
    public async Task ABatchThatIsCalledBackTeachesTheDeviceThatItIsSlow()
    {
        _device.Times.Measured(Shard, 2);
        _device.Renderer.BeforeStep = (step, _) =>
        {
            if (step == 3)
            {
                _device.Clock.Advance(TimeSpan.FromSeconds(6));
                _lease.Cancel();
            }

            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RenderAsync([.. _lease.Handles]));
        Assert.Equal(TimeSpan.FromSeconds(4), _device.Times.Expected(Shard));
    }

    [Fact]
    public async Task ProgressIsShownInTheDevicesStatusAndInEachTask()
    {
        await RenderAsync([.. _lease.Handles]);
        var status = _device.Status.Current;
        Assert.Equal((Shard, 2, 8, 8, DeviceActivity.Drawing), (status.Shard!.Value, status.Images, status.Step, status.Steps, status.Activity));
        Assert.All(_lease.Handles, handle => Assert.Equal((8, 8), (handle.Status.Step, handle.Status.Steps)));
    }

    [Fact]
    public async Task AFaultOfTheDeviceIsNoFailureOfTheBatch()
    {
        _device.Renderer.BeforeBatch = (_, _) => throw new DeviceFaultException("no weights") { Scope = DeviceFaultScope.Network };
        Assert.Null(await RenderAsync([.. _lease.Handles]));
        Assert.True(_device.Health.MustRestFrom(Shard));
        Assert.Equal("no weights", _device.Status.Current.Trouble);
    }

    [Fact]
    public async Task ABatchThatDrawsHealsTheDevice()
    {
        _device.Health.Faulted(FaultArea.Of(DeviceFaultScope.Network, Shard), "no weights");
        await RenderAsync([.. _lease.Handles]);
        Assert.False(_device.Health.MustRestFrom(Shard));
        Assert.Null(_device.Status.Current.Trouble);
    }

    [Fact]
    public async Task AnErrorThatATaskMayBeToBlameForIsThrown()
    {
        _device.Renderer.Outcome = _ => throw new ChannelRenderException("boom");
        Assert.Equal("boom", (await Assert.ThrowsAsync<ChannelRenderException>(() => RenderAsync([.. _lease.Handles]))).Message);
        Assert.False(_device.Health.MustRestFrom(Shard));
    }

    [Fact]
    public async Task ALeaseThatIsCancelledIsNotBegun()
    {
        _lease.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RenderAsync([.. _lease.Handles]));
        Assert.Empty(_device.Renderer.Batches);
    }

    private Task<IReadOnlyList<RenderedChannel>?> RenderAsync(params ChannelHandle[] batch) => _rendering.RenderAsync(_lease, batch);
}

using AmViz.Cli.Computing;
using AmViz.Cli.Engine;
using AmViz.Cli.Photographs;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Computing;

/// <summary>What a device says of tasks of a pass that it cannot compute: whose fault it is decides whether others may.</summary>
public sealed class ComputingDeviceTests : IDisposable
{
    private readonly MemoryBlobStore _blobs = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ShownNetworks _networks;
    private readonly ComputingDevice _device;

    public ComputingDeviceTests()
    {
        _networks = new(new OpenedNetworks(_blobs, TextWriter.Null, new()));
        _device = new("cpu", source => new FakeResponder(source.Description, []), _blobs, _networks);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _device.Dispose();
        _networks.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task AFolderThatADeviceDoesNotSeeIsItsFaultAndNoPhotographIsCalledUnreadable()
    {
        File.WriteAllText(_folder.At("a.png"), "no picture");
        var plan = await PlanAsync(new() { Folder = _folder.Path });
        var elsewhere = plan.Pass! with { Folder = _folder.At("not mounted") };
        var fault = await Assert.ThrowsAsync<DeviceFaultException>(() => ComputeAsync(plan, elsewhere, PassWork.Photographs));
        Assert.Equal(DeviceFaultScope.Layer, fault.Scope);
        Assert.Contains($"There is no folder '{elsewhere.Folder}' here", fault.Message, StringComparison.Ordinal);
        Assert.Single(await ComputeAsync(plan, plan.Pass!, PassWork.Photographs));
    }

    [Fact]
    public async Task ANetworkThatCannotBeHadIsTheDevicesFault()
    {
        var plan = await PlanAsync(new() { Textures = 5 });
        using var without = new ShownNetworks(new OpenedNetworks(store: null, TextWriter.Null, new(), []));
        using var device = new ComputingDevice("cpu", source => new FakeResponder(source.Description, []), _blobs, without);
        var response = (await new ResponseStore(_blobs).ReadPlanAsync(plan.Pass!.Id, Token))! with { Model = "gone" };
        await new ResponseStore(_blobs).WriteAsync(response, list: null, Token);
        var fault = await Assert.ThrowsAsync<DeviceFaultException>(() => device.ComputeAsync(Batch(plan, plan.Pass, PassWork.Photographs), new PassWork(response.Id, 9, 9), progress: null, Token));
        Assert.Equal(DeviceFaultScope.Network, fault.Scope);
    }

    [Fact]
    public async Task TablesOfAPassThatLacksAShardAndAPassThatIsNowhereAreTheTasksOwnFault()
    {
        var plan = await PlanAsync(new() { Textures = 5 });
        var missing = await Assert.ThrowsAsync<ChannelRenderException>(() => ComputeAsync(plan, plan.Pass!, PassWork.Tables));
        Assert.Contains("is missing", missing.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<ChannelRenderException>(() => ComputeAsync(plan, plan.Pass! with { Id = "0123456789abcdef" }, PassWork.Photographs));
        Assert.Contains("has no plan of the pass 0123456789abcdef", unknown.Message, StringComparison.Ordinal);
    }

    private Task<SweepPlan> PlanAsync(PhotographSelection shown) => new PassPlanning(_blobs).PlanAsync(
        new() { Models = [new() { Model = "texturenet", Layers = [new("logits")] }], Photographs = shown },
        (_, _) => Task.FromResult(NetworkCatalogue.Open("texturenet")), Token);

    private Task<IReadOnlyList<RenderedChannel>> ComputeAsync(SweepPlan plan, PassWork pass, string stage) => _device.ComputeAsync(Batch(plan, pass, stage), pass, progress: null, Token);

    private static ChannelBatch Batch(SweepPlan plan, PassWork pass, string stage)
        => new(plan.Recipe, [plan.Shards().First(shard => shard.Id.Layer == stage).TaskAt(0)], PaddedSize: 1) { Work = pass };
}

using AmViz.Cli.Engine;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Engine;

public sealed class OpenedNetworksTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStoreOutOfReachIsNoMistakeOfTheSpec()
    {
        _store.Outage = new("memory:test", "down") { CanRetry = true };
        var spec = new SweepSpec { Models = [new() { Model = "nonet" }] };
        Assert.Same(_store.Outage, await Assert.ThrowsAsync<StoreUnreachableException>(() => Networks().PlanAsync(spec, Token)));
    }

    [Fact]
    public async Task EveryNetworkThatIsNowhereIsSaid()
    {
        var spec = new SweepSpec { Models = [new() { Model = "nonet" }, new() { Model = "texturenet" }, new() { Digest = "0123abcd" }, new() { Weights = "nowhere" }] };
        var failure = await Assert.ThrowsAsync<SpecException>(() => Networks().PlanAsync(spec, Token));
        Assert.Equal(["models[0].model", "models[2].digest", "models[3].weights"], failure.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public async Task WhatIsOfThisMachineAsksNoStoreAndPushesNothingThatIsBuiltIn()
    {
        var networks = Networks();
        await networks.PlanAsync(new() { Models = [new() { Model = "texturenet", Layers = [new("logits")] }, new() { Model = "texturenet", Layers = [new("conv_pw_5_bn")] }] }, Token);
        Assert.Single(networks.Local);
        await networks.PushAsync(Token);
        Assert.Equal((0, 0, 0), (_store.Reads, _store.Writes, _store.Listings));
    }

    private OpenedNetworks Networks() => new(_store, TextWriter.Null, new());
}

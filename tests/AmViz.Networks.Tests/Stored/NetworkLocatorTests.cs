using AmViz.Models;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using AmViz.Weights;

namespace AmViz.Networks.Tests;

public sealed class NetworkLocatorTests : IDisposable
{
    private readonly WeightsOnDisk _weights = new();
    private readonly TemporaryFolder _cache = new();
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _weights.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public async Task ANetworkThatOnlyTheStoreKnowsIsTheSameByNameByDigestAndByFolder()
    {
        await PushAsync(_weights);
        var own = (await LocateAsync(new() { Weights = _weights.Path })).Source.Description;
        Assert.All(
            await AllAsync(new() { Model = "mynet" }, new() { Digest = _weights.Digest }, new() { Digest = _weights.Digest[..8].ToUpperInvariant() }, new() { Model = "mynet", Digest = _weights.Digest[..12] }),
            found =>
            {
                Assert.True(found.IsOfStore);
                Assert.Equal((own.Name, own.WeightsDigest, own.InputSize), (found.Source.Description.Name, found.Source.Description.WeightsDigest, found.Source.Description.InputSize));
                Assert.Equal(own.LayerShapes.Select(layer => layer.Name), found.Source.Description.LayerShapes.Select(layer => layer.Name));
            });
    }

    [Fact]
    public async Task WhatThisMachineHasIsFoundWithoutTheStore()
    {
        _store.Outage = new("memory:test", "down");
        var texturenet = NetworkCatalogue.Open("texturenet").Weights.Digest;
        Assert.All(
            await AllAsync(new(), new() { Model = "texturenet" }, new() { Digest = texturenet[..12] }, new() { Model = "texturenet", Digest = texturenet }),
            found => Assert.Equal((false, "texturenet"), (found.IsOfStore, found.Source.Description.Name)));
        Assert.False((await LocateAsync(new() { Weights = _weights.Path })).IsOfStore);
    }

    [Fact]
    public async Task OfTwoNetworksOfOneNameTheDigestSaysWhich()
    {
        using var other = new WeightsOnDisk(change: 2);
        await PushAsync(_weights);
        await PushAsync(other);
        var said = await RefusalAsync(new() { Model = "mynet" });
        Assert.Contains("memory:test has 2 networks called 'mynet': ", said, StringComparison.Ordinal);
        Assert.Contains($"'mynet' ({_weights.Digest})", said, StringComparison.Ordinal);
        Assert.Contains($"'mynet' ({other.Digest})", said, StringComparison.Ordinal);
        Assert.Contains("--digest, in a spec 'digest'", said, StringComparison.Ordinal);
        Assert.Equal(other.Digest, (await LocateAsync(new() { Model = "mynet", Digest = other.Digest[..8] })).Source.Weights.Digest);
    }

    [Fact]
    public async Task TheBeginningOfTwoDigestsIsNotEnough()
    {
        foreach (var digest in new[] { $"0123abcd{new string('0', 56)}", $"0123abcd{new string('1', 56)}" })
        {
            await PlantAsync(digest, "mynet");
        }

        Assert.Contains("has 2 networks whose digest begins with '0123abcd'", await RefusalAsync(new() { Digest = "0123abcd" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfTwoNetworksOfOneFileTheCheckpointKeySaysWhich()
    {
        _weights.Twice();
        foreach (var key in new[] { "student", "teacher" })
        {
            await NetworkPublisher.PushAsync(_weights.Open(key), _store, Token);
        }

        Assert.Contains(", checkpoint key student)", await RefusalAsync(new() { Model = "mynet" }), StringComparison.Ordinal);
        var found = await LocateAsync(new() { Model = "mynet", CheckpointKey = "student" });
        Assert.Equal(_weights.Open("student").Weights.Digest, found.Source.Weights.Digest);
        Assert.Equal(found.Source.Weights.Digest, (await LocateAsync(new() { Digest = found.Source.Weights.Digest })).Source.Weights.Digest);
    }

    [Fact]
    public async Task AnotherNameOfAPublicNetworkIsItsNameInTheStoreToo()
    {
        await PlantAsync(new string('a', 64), "mobilenet_v1");
        await PlantAsync(new string('b', 64), "mobilenet_v1");
        Assert.Contains("2 networks called 'mobilenet_v1'", await RefusalAsync(new() { Model = "mobilenet_1_0_224" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MyNet", null, "There is no model 'MyNet'.", "memory:test has 'mynet' (", "Did you mean 'mynet'?", "amviz models push")]
    [InlineData("mobilenet_v1", null, "amviz models pull mobilenet_v1", "memory:test has 'mynet' (", "amviz models push")]
    [InlineData(null, "0123abcd", "No network has a digest that begins with '0123abcd'.", "memory:test has 'mynet' (", "amviz models push")]
    [InlineData("mynet", "0123abcd", "No network called 'mynet' has a digest that begins with '0123abcd'.", "memory:test has 'mynet' (")]
    [InlineData("texturenet", "0123abcd", "No network called 'texturenet' has a digest that begins with '0123abcd'. The one on this machine has 1af875c2acde")]
    public async Task WhatIsNowhereIsSaidWithWhatThereIs(string? model, string? digest, params string[] expected)
    {
        await PushAsync(_weights);
        var said = await RefusalAsync(new() { Model = model, Digest = digest });
        Assert.All(expected, part => Assert.Contains(part, said, StringComparison.Ordinal));
        Assert.DoesNotContain("--store", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEmptyStoreIsSaidToBeThat()
        => Assert.Contains("memory:test has no networks.", await RefusalAsync(new() { Model = "mynet" }), StringComparison.Ordinal);

    [Fact]
    public async Task WithoutAStoreTheWayToOneIsSaid()
    {
        var failure = await Assert.ThrowsAsync<UnknownModelException>(() => new NetworkLocator(store: null, new()).LocateAsync(new() { Model = "mynet" }, Token));
        Assert.Contains("--store", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123abc", null, null, "'0123abc' is no digest.")]
    [InlineData("sha256:0123abcd", null, null, "'sha256:0123abcd' is no digest.")]
    [InlineData("", null, null, "'' is no digest.")]
    [InlineData("0123abcd", "folder", null, "Both a folder of weights and a digest are given")]
    [InlineData("0123abcd", null, "teacher", "Both a digest and a checkpoint key are given")]
    public async Task ADigestStandsAloneAndIsHexadecimal(string digest, string? weights, string? key, string expected)
        => Assert.Contains(expected, await RefusalAsync(new() { Digest = digest, Weights = weights, CheckpointKey = key }), StringComparison.Ordinal);

    [Fact]
    public async Task ADigestOfAnotherNetworkThanTheNamedOneIsRefused()
    {
        await PushAsync(_weights);
        var said = await RefusalAsync(new() { Model = "yournet", Digest = _weights.Digest[..8] });
        Assert.Contains($"No network called 'yournet' has a digest that begins with '{_weights.Digest[..8]}'. memory:test has 'mynet' ({_weights.Digest[..12]}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANetworkWhoseFilesTheStoreLostIsRefusedWithWhatToDo()
    {
        await PushAsync(_weights);
        await _store.DeleteAsync(ResultLayout.NetworkFile(_weights.Digest, "mynet/model.safetensors"), Token);
        var failure = await Assert.ThrowsAsync<NetworkRefusedException>(() => LocateAsync(new() { Model = "mynet" }));
        Assert.Contains("is missing. Push the network 'mynet' again", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AListThatCannotBeReadKeepsNobodyFromTheOthers()
    {
        await PushAsync(_weights);
        _store.Plant(ResultLayout.Network(new string('c', 64)), "{"u8.ToArray());
        Assert.Equal(_weights.Digest, (await LocateAsync(new() { Model = "mynet" })).Source.Weights.Digest);
    }

    [Fact]
    public async Task AStoreOutOfReachIsNoFaultOfTheNetwork()
    {
        _store.Outage = new("memory:test", "down") { CanRetry = true };
        Assert.Same(_store.Outage, await Assert.ThrowsAsync<StoreUnreachableException>(() => LocateAsync(new() { Model = "mynet" })));
    }

    private Task<LocatedNetwork> LocateAsync(ModelSelection wanted) => new NetworkLocator(_store, new() { Folder = _cache.Path }).LocateAsync(wanted, Token);

    private async Task<IReadOnlyList<LocatedNetwork>> AllAsync(params ModelSelection[] wanted)
    {
        var found = new List<LocatedNetwork>();
        foreach (var one in wanted)
        {
            found.Add(await LocateAsync(one));
        }

        return found;
    }

    private async Task<string> RefusalAsync(ModelSelection wanted) => (await Assert.ThrowsAnyAsync<NetworkException>(() => LocateAsync(wanted))).Message;

    private async Task PushAsync(WeightsOnDisk weights) => await NetworkPublisher.PushAsync(weights.Open(), _store, Token);

    /// <summary>The list of a network that is never fetched.</summary>
    private async Task PlantAsync(string digest, string name)
    {
        var network = new StoredNetwork { Model = name, WeightsDigest = digest, Weights = "w", Files = [new("w", 1, digest)] };
        await _store.CreateAsync(ResultLayout.Network(digest), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(network, SweepJson.Indented), Token);
    }
}

using System.Diagnostics.Metrics;
using AmViz.Models;
using AmViz.Storage;
using AmViz.TestKit;
using AmViz.Weights;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Networks.Tests;

public sealed class StoredNetworksTests : IDisposable
{
    private readonly WeightsOnDisk _weights = new();
    private readonly TemporaryFolder _cache = new();
    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CountedMetrics _metrics = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Cached => _cache.At(_weights.Digest);

    public void Dispose()
    {
        _weights.Dispose();
        _cache.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task APushedNetworkIsFetchedByItsDigestAndIsTheSame()
    {
        var pushed = await Push();
        Assert.Equal(["mynet/model.safetensors", "mynet/config.json", "labels.json"], pushed.Network.Files.Select(file => file.Name));
        Assert.Equal((3, 0, 0), (pushed.Written, pushed.Kept, pushed.Mended));
        var own = _weights.Open().Description;
        var fetched = await Use(Networks(), source => source.Description);
        Assert.Equal((own.WeightsDigest, own.Architecture, "mynet"), (fetched.WeightsDigest, fetched.Architecture, fetched.Name));
        Assert.Equal(own.Labels, fetched.Labels);
        Assert.Equal(pushed.Network.Files.Sum(file => file.Bytes), _metrics["amviz.networks.fetched"]);
    }

    [Fact]
    public async Task WhatWasPushedIsPushedOnce()
    {
        await Push();
        var writes = _store.Writes;
        var again = await Push();
        Assert.Equal((0, 3, 0), (again.Written, again.Kept, again.Mended));
        Assert.Equal(writes, _store.Writes);
    }

    [Fact]
    public async Task TheSameWeightsWithAnotherConfigurationAreRefused()
    {
        await Push();
        var config = Path.Combine(_weights.Path, "config.json");
        await File.WriteAllTextAsync(config, await File.ReadAllTextAsync(config, Token) + " ", Token);
        var failure = await Assert.ThrowsAsync<StorageException>(Push);
        Assert.Contains("with another configuration; different are mynet/config.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NetworksInsideTheProgramNeedNoStore()
    {
        var built = NetworkCatalogue.Open("texturenet", weightsPath: null);
        Assert.Null(await NetworkPublisher.PushAsync(built, _store, Token));
        Assert.Equal("texturenet", await Networks().UseAsync("texturenet", built.Weights.Digest, source => source.Description.Name, Token));
        Assert.Equal(0, _store.Reads);
    }

    [Fact]
    public async Task NetworksThatTheSiloWasToldOfNeedNoStore()
    {
        Assert.Equal(_weights.Path, await Use(Networks(local: _weights.Open()), source => source.Weights.Path));
        Assert.Equal(0, _store.Reads);
    }

    [Fact]
    public async Task ManyRenderersFetchOnce()
    {
        await Push();
        var reads = _store.Reads;
        var networks = new[] { Networks(), Networks() };
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Use(networks[i % 2], source => source.Weights.Path), Token)));
        // The list of files, then each file.
        Assert.Equal(reads + 1 + 3, _store.Reads);
    }

    [Fact]
    public async Task SeveralProcessesOfOneMachineFetchOnce()
    {
        using var folder = new TemporaryFolder();
        await NetworkPublisher.PushAsync(_weights.Open(), new FolderBlobStore(folder.Path), Token);
        var processes = Enumerable.Range(0, 3).Select(_ => FetchingProcess.Start(folder.Path, _cache.Path, _weights.Digest)).ToArray();
        try
        {
            foreach (var process in processes)
            {
                Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(Token));
            }

            await Task.WhenAll(processes.Select(process => process.StandardInput.WriteLineAsync("go")));
            var reads = await Task.WhenAll(processes.Select(async process => int.Parse((await process.StandardOutput.ReadLineAsync(Token))!, null)));
            // The list of files and each file, by one of them.
            Assert.Equal([0, 0, 1 + 3], reads.Order());
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }

    [Theory]
    [InlineData("mynet/model.safetensors")]
    [InlineData("mynet/config.json")]
    [InlineData("labels.json")]
    public async Task AFlippedByteInTheStoreIsRefusedWithBothDigestsAndCountedAndAPushMendsIt(string name)
    {
        await Push();
        var path = ResultLayout.NetworkFile(_weights.Digest, name);
        var expected = (await _store.ReadAsync(path, Token))!.Content.ToArray();
        var damaged = expected.ToArray();
        damaged[^10] ^= 1;
        _store.Plant(path, damaged);
        var networks = Networks();
        var failure = await Assert.ThrowsAsync<NetworkRefusedException>(() => Use(networks, source => source.Weights.Path));
        Assert.Contains($"has SHA-256 {Sha256(damaged)}; expected {Sha256(expected)}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, _metrics["amviz.networks.refused"]);
        Assert.False(Directory.Exists(Cached));
        Assert.Empty(Directory.EnumerateDirectories(_cache.Path));
        // Nothing has changed, so it is not fetched again.
        await Assert.ThrowsAsync<NetworkRefusedException>(() => Use(networks, source => source.Weights.Path));
        Assert.Equal(1, _metrics["amviz.networks.refused"]);

        var pushed = await Push();
        Assert.Equal((0, 2, 1), (pushed.Written, pushed.Kept, pushed.Mended));
        Assert.NotNull(await Use(networks, source => source.Weights.Path));
    }

    [Fact]
    public async Task AnotherNetworkUnderTheDigestIsRefused()
    {
        await Push();
        using var other = new WeightsOnDisk(change: 2);
        await NetworkPublisher.PushAsync(other.Open(), _store, Token);
        _store.Plant(ResultLayout.Network(_weights.Digest), (await _store.ReadAsync(ResultLayout.Network(other.Digest), Token))!.Content);
        var failure = await Assert.ThrowsAsync<NetworkRefusedException>(() => Use(Networks(), source => source.Weights.Path));
        Assert.Contains(other.Digest, failure.Message, StringComparison.Ordinal);
        Assert.Contains(_weights.Digest, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, _metrics["amviz.networks.refused"]);
    }

    [Fact]
    public async Task AFlippedByteOnTheDiskIsSeenBeforeUseAndTheNetworkFetchedAgain()
    {
        await Push();
        var weights = await Use(Networks(), source => Path.Combine(source.Weights.Path!, "model.safetensors"));
        var content = await File.ReadAllBytesAsync(weights, Token);
        content[^10] ^= 1;
        await File.WriteAllBytesAsync(weights, content, Token);
        Assert.Equal(_weights.Digest, await Use(Networks(), source => source.Weights.Digest));
        Assert.Equal(1, _metrics["amviz.networks.damaged"]);
        content[^10] ^= 1;
        Assert.Equal(content, await File.ReadAllBytesAsync(weights, Token));
    }

    [Theory]
    [InlineData("network.json")]
    [InlineData("files/labels.json")]
    public async Task AFileThatIsGoneFromTheDiskIsFetchedAgain(string file)
    {
        await Push();
        await Use(Networks(), source => source.Weights.Path);
        File.Delete(Path.Combine(Cached, file));
        Assert.NotEmpty(await Use(Networks(), source => source.Description.Labels));
    }

    [Fact]
    public async Task WhatADeadProcessLeftHalfFetchedIsInNobodysWay()
    {
        await Push();
        Directory.CreateDirectory($"{Cached}.part");
        await File.WriteAllTextAsync(Path.Combine($"{Cached}.part", "files"), "half", Token);
        Assert.NotNull(await Use(Networks(), source => source.Weights.Path));
        Assert.False(Directory.Exists($"{Cached}.part"));
    }

    [Fact]
    public async Task WhatWasNotUsedForLongestMakesRoomButNotWhatIsInUse()
    {
        var all = Enumerable.Range(1, 3).Select(change => new WeightsOnDisk((byte)change)).ToArray();
        var bytes = 0L;
        foreach (var weights in all)
        {
            bytes = (await NetworkPublisher.PushAsync(weights.Open(), _store, Token))!.Network.Files.Sum(file => file.Bytes);
        }

        // Room for two. The first is used later than the second.
        var networks = Networks(maxBytes: bytes * 5 / 2);
        foreach (var index in (int[])[0, 1, 0, 2])
        {
            await networks.UseAsync("mynet", all[index].Digest, source => source.Weights.Digest, Token);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([true, false, true], all.Select(weights => Directory.Exists(_cache.At(weights.Digest))));
        Assert.Equal(1, _metrics["amviz.networks.evicted"]);

        // The first is the oldest now, and somebody holds it: the third goes.
        using (await new NetworkLock(_cache.At(all[0].Digest) + ".lock").ShareAsync(Token))
        {
            await networks.UseAsync("mynet", all[1].Digest, source => source.Weights.Digest, Token);
        }

        Assert.Equal([true, true, false], all.Select(weights => Directory.Exists(_cache.At(weights.Digest))));
        foreach (var weights in all)
        {
            weights.Dispose();
        }
    }

    [Fact]
    public async Task ANetworkThatNobodyHasIsToldWithWhatToDo()
    {
        var failure = await Assert.ThrowsAsync<UnknownModelException>(() => Use(Networks(), source => source.Weights.Path));
        Assert.Contains($"'mynet' with weights {_weights.Digest} is not known here, and memory:test does not have it", failure.Message, StringComparison.Ordinal);
        Assert.Contains("amviz models push", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnknownModelException>(() => Networks().UseAsync("mynet", "../../etc", source => source.Weights.Path, Token));
    }

    [Fact]
    public async Task OnlyRefusalsThatStillStandAreRemembered()
    {
        var networks = Networks();
        for (var i = 0; i < 500; i++)
        {
            await Assert.ThrowsAsync<UnknownModelException>(() => networks.UseAsync("mynet", Sha256([(byte)i, (byte)(i / 256)]), source => source.Weights.Path, Token));
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(networks.Refusals, 1, 3);
    }

    [Fact]
    public async Task AStoreOutOfReachIsNoFaultOfTheNetwork()
    {
        _store.Outage = new("memory:test", "down") { CanRetry = true };
        Assert.Same(_store.Outage, await Assert.ThrowsAsync<StoreUnreachableException>(() => Use(Networks(), source => source.Weights.Path)));
        Assert.Equal(0, _metrics["amviz.networks.refused"]);
    }

    [Fact]
    public async Task ACacheThatCannotBeWrittenIsToldAsThat()
    {
        await Push();
        await File.WriteAllTextAsync(_cache.At("file"), "in the way", Token);
        var networks = new StoredNetworks([], _store, new() { Folder = _cache.At("file") });
        var failure = await Assert.ThrowsAsync<StoreUnreachableException>(() => Use(networks, source => source.Weights.Path));
        Assert.Contains(_cache.At("file"), failure.Message, StringComparison.Ordinal);
        Assert.True(failure.CanRetry);
    }

    [Fact]
    public async Task NoNameOfAStoredFileLeadsOutOfTheCache()
    {
        var pushed = await Push();
        var evil = pushed.Network with { Files = [.. pushed.Network.Files, new("../../../evil", 1, Sha256([1]))] };
        _store.Plant(ResultLayout.Network(_weights.Digest), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(evil, AmViz.Sweeps.SweepJson.Indented));
        _store.Plant(ResultLayout.NetworkFile(_weights.Digest, "../../../evil"), new byte[] { 1 });
        await Assert.ThrowsAsync<NetworkRefusedException>(() => Use(Networks(), source => source.Weights.Path));
        Assert.Empty(Directory.EnumerateFiles(_cache.Path, "evil", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../../../secret.json")]
    [InlineData("../../network.json")]
    public async Task NoConfigurationOfAStoredNetworkLeadsOutOfItsFolder(string labels)
    {
        // Whoever may write to the store could otherwise have any list of texts of a silo's disk in the manifest.
        await File.WriteAllTextAsync(_cache.At("secret.json"), System.Text.Json.JsonSerializer.Serialize(Enumerable.Repeat("secret", _weights.Open().Description.Labels.Count)), Token);
        await PlantConfig(config => config["labels"] = labels);
        var failure = await Assert.ThrowsAsync<WeightsFormatException>(() => Use(Networks(), source => source.Description.Labels[0]));
        Assert.Contains("lies outside of the folder", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoLinkInTheCacheLeadsOutOfTheFolderOfAStoredNetwork()
    {
        await Push();
        var labels = await Use(Networks(), source => source.Weights.Files[^1]);
        File.Move(labels, _cache.At("elsewhere.json"));
        File.CreateSymbolicLink(labels, _cache.At("elsewhere.json"));
        var failure = await Assert.ThrowsAsync<WeightsFormatException>(() => Use(Networks(), source => source.Description.Labels[0]));
        Assert.Contains("leads by a link out of", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoNetworksOfOneFileAreTwoNetworksOfTheStore()
    {
        _weights.Twice();
        var teacher = _weights.Open();
        var student = _weights.Open("student");
        Assert.NotEqual(teacher.Description.WeightsDigest, student.Description.WeightsDigest);
        foreach (var source in new[] { teacher, student })
        {
            var pushed = await NetworkPublisher.PushAsync(source, _store, Token);
            Assert.Equal(3, pushed!.Written);
            var networks = Networks();
            // The second time from the disk.
            for (var i = 0; i < 2; i++)
            {
                var fetched = await networks.UseAsync("mynet", source.Description.WeightsDigest, found => found.Description, Token);
                Assert.Equal(source.Description.WeightsDigest, fetched.WeightsDigest);
                Assert.Equal(source.Description.Warnings, fetched.Warnings);
            }
        }
    }

    [Fact]
    public async Task ShardsAreStoredWithTheirIndexAndFetchedAgain()
    {
        _weights.Shard();
        var own = _weights.Open();
        var pushed = await NetworkPublisher.PushAsync(own, _store, Token);
        Assert.Equal(
            ["labels.json", "mynet/a.safetensors", "mynet/b.safetensors", "mynet/config.json", "mynet/model.safetensors.index.json"],
            pushed!.Network.Files.Select(file => file.Name).Order(StringComparer.Ordinal));
        var fetched = await Networks().UseAsync("mynet", own.Description.WeightsDigest, found => found.Description, Token);
        Assert.Equal(own.Description.WeightsDigest, fetched.WeightsDigest);
        Assert.Equal(own.Description.LayerShapes.Select(layer => layer.Name), fetched.LayerShapes.Select(layer => layer.Name));

        await NetworkPublisher.PushAsync(own, _store, Token);
        _store.Plant(ResultLayout.NetworkFile(own.Description.WeightsDigest, "mynet/b.safetensors"), new byte[] { 1 });
        await Assert.ThrowsAsync<NetworkRefusedException>(() => new StoredNetworks([], _store, new() { Folder = _cache.At("other") }).UseAsync("mynet", own.Description.WeightsDigest, found => 0, Token));
    }

    /// <summary>A network in the store whose configuration is another, and whose list agrees with it.</summary>
    private async Task PlantConfig(Action<System.Text.Json.Nodes.JsonNode> change)
    {
        var pushed = await Push();
        var path = ResultLayout.NetworkFile(_weights.Digest, "mynet/config.json");
        var config = System.Text.Json.Nodes.JsonNode.Parse((await _store.ReadAsync(path, Token))!.Content.Span)!;
        change(config);
        var content = System.Text.Encoding.UTF8.GetBytes(config.ToJsonString());
        _store.Plant(path, content);
        var files = pushed.Network.Files.Select(file => file.Name == "mynet/config.json" ? new(file.Name, content.Length, Sha256(content)) : file);
        _store.Plant(ResultLayout.Network(_weights.Digest), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(pushed.Network with { Files = [.. files] }, AmViz.Sweeps.SweepJson.Indented));
    }

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    private StoredNetworks Networks(NetworkSource? local = null, long? maxBytes = null) => new(
        local is null ? [] : [local], _store, new() { Folder = _cache.Path, MaxBytes = maxBytes ?? long.MaxValue }, _metrics.Instruments, _time);

    private async Task<PushedNetwork> Push() => (await NetworkPublisher.PushAsync(_weights.Open(), _store, Token))!;

    private Task<T> Use<T>(StoredNetworks networks, Func<NetworkSource, T> use) => networks.UseAsync("mynet", _weights.Digest, use, Token);

    /// <summary>What the instruments counted.</summary>
    private sealed class CountedMetrics : IMeterFactory
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
        private readonly List<Meter> _meters = [];

        public CountedMetrics()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (_meters.Contains(instrument.Meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                lock (_counts)
                {
                    _counts[instrument.Name] = this[instrument.Name] + value;
                }
            });
            _listener.Start();
            Instruments = new(this);
        }

        public NetworkInstruments Instruments { get; }

        public long this[string name]
        {
            get
            {
                lock (_counts)
                {
                    return _counts.GetValueOrDefault(name);
                }
            }
        }

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            _listener.Dispose();
            _meters.ForEach(meter => meter.Dispose());
        }
    }
}

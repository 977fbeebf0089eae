using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardCacheTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false)]);
    private static readonly DateTimeOffset Run = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _clock = new(Run);

    private static Shard Shard => Plan.Shards().Single();

    [Fact]
    public void WhatIsRememberedComesBackAsItWas() => Gen.Select(Gen.Enum<ChannelOutcome>(), Gen.Bool, Gen.Int[0, 1 << 20]).Array[1, 50].Sample(ends =>
    {
        var memory = ShardMemory.Empty(ends.Length * 2, Run);
        for (var n = 0; n < ends.Length; n++)
        {
            memory.Add(n * 2, new(ends[n].Item1, ends[n].Item2, ends[n].Item3));
        }

        var endings = memory.Endings();
        Assert.Equal(ends.Length, endings.Count);
        Assert.All(ends.Index(), end => Assert.Equal(new TaskEnding(end.Item.Item1, end.Item.Item2, end.Item.Item3), endings[end.Index * 2]));
    });

    [Fact]
    public void AMemoryOfAnotherRunOrAnotherShardOrOfNonsenseIsOfNoUse()
    {
        Assert.True(ShardMemory.Empty(4, Run).IsOf(4, Run));
        Assert.False(ShardMemory.Empty(4, Run).IsOf(5, Run));
        Assert.False(ShardMemory.Empty(4, Run).IsOf(4, Run.AddTicks(1)));
        Assert.False(new ShardMemory { RunStartedAt = Run, Outcomes = [0, 9, 0, 0], Bytes = new int[4] }.IsOf(4, Run));
        Assert.False(new ShardMemory().IsOf(4, Run));
    }

    [Fact]
    public async Task AShardThatComesToLifeAgainReadsOnlyThePartsThatItDoesNotRemember()
    {
        await using var silos = await StartAsync(silo => silo.AddMemoryGrainStorage(AmVizSiloBuilderExtensions.CacheStorageName));
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await Eventually.TrueAsync(async () => await Kept(silos, 10), () => "the shard to keep what it knows");
        var reads = _store.Reads;
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(10, (await silos.Shard(Shard).Snapshot()).Summary.Counts.Rendered);
        Assert.Equal(reads, _store.Reads);

        // A part that another life wrote meanwhile is read.
        var entry = new ManifestParts(_store);
        var drawn = await new ResultStore(_store, FakePictures.ReadRecord).CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(39), Shard.Recipe), TestContext.Current.CancellationToken);
        await entry.AppendAsync(Shard.Id, long.MaxValue, 0, [new(drawn.Entry, SampleSweeps.Run(Shard.TaskAt(39), ChannelOutcome.Rendered) with { CommittedAt = _clock.GetUtcNow() })], TestContext.Current.CancellationToken);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(11, (await silos.Shard(Shard).Snapshot()).Summary.Counts.Rendered);
        Assert.Equal(reads + 1, _store.Reads);
    }

    [Fact]
    public async Task ACacheThatFailsCostsNothingButReading()
    {
        await using var silos = await StartAsync(silo => silo.Services.AddKeyedSingleton<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName, new BrokenStorage()));
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(10, (await silos.Shard(Shard).Snapshot()).Summary.Counts.Rendered);
    }

    private async Task<TestSilos> StartAsync(Action<ISiloBuilder> cache) => await TestSilos.StartAsync(_store, silo =>
    {
        cache(silo);
        silo.Services.Configure<LeaseOptions>(leases => (leases.Clock, leases.KeptEvery) = (_clock, TimeSpan.Zero)).Configure<SweepOptions>(sweeps => sweeps.Clock = _clock);
    }, [[]]);

    private static async Task<bool> Kept(TestSilos silos, int done)
    {
        var storage = silos.Cluster.GetSiloServiceProvider(silos.SiloOf(0).SiloAddress).GetRequiredKeyedService<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName);
        var state = new GrainState<ShardMemory>(new ShardMemory());
        await storage.ReadStateAsync("shard", silos.Shard(Shard).GetGrainId(), state);
        return state.State?.Endings().Count == done;
    }

    /// <summary>One picture a part.</summary>
    private async Task FinishAsync(TestSilos silos, int parts)
    {
        var results = new ResultStore(_store, FakePictures.ReadRecord);
        for (var part = 0; part < parts; part++)
        {
            var reply = await silos.Shard(Shard).Exchange(new() { Device = "a", Number = (2 * part) + 1, Want = 1, BatchSize = 1 });
            var task = Assert.Single(reply.Leases![0].Tasks);
            var drawn = await results.CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(task), Shard.Recipe), TestContext.Current.CancellationToken);
            var row = new TaskRow(task, drawn.Entry, SampleSweeps.Run(Shard.TaskAt(task), ChannelOutcome.Rendered) with { CommittedAt = _clock.GetUtcNow() });
            await silos.Shard(Shard).Exchange(new()
            {
                Device = "a", Number = (2 * part) + 2, Want = 0, BatchSize = 1, Reports = [new() { Token = reply.Leases[0].Token, Rows = [row] }],
            });
        }
    }

    private sealed class BrokenStorage : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.FromException(new TimeoutException("no Redis"));

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.FromException(new TimeoutException("no Redis"));

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.FromException(new TimeoutException("no Redis"));
    }
}

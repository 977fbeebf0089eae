using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardCacheTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false)]);
    private static readonly DateTimeOffset Run = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly ShardAdmission Running = new(SweepState.Running, Run);

    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _clock = new(Run);

    private static Shard Shard => Plan.Shards().Single();

    [Fact]
    public void WhatIsRememberedComesBackAsItWas() => Gen.Select(Gen.Enum<ChannelOutcome>(), Gen.Bool, Gen.Int[0, 1 << 20]).Array[1, 50].Sample(ends =>
    {
        var memory = ShardMemory.Empty(ends.Length * 2, Running);
        for (var n = 0; n < ends.Length; n++)
        {
            memory.Add(n * 2, new(ends[n].Item1, ends[n].Item2, ends[n].Item3));
        }

        var endings = memory.Endings();
        Assert.Equal(ends.Length, endings.Count);
        Assert.All(ends.Index(), end => Assert.Equal(new TaskEnding(end.Item.Item1, end.Item.Item2, end.Item.Item3), endings[end.Index * 2]));
    });

    [Fact]
    public void AMemoryOfAnotherGenerationOrAnotherShardOrOfNonsenseIsOfNoUse()
    {
        Assert.True(ShardMemory.Empty(4, Running).IsOf(4, Running));
        Assert.False(ShardMemory.Empty(4, Running).IsOf(5, Running));
        Assert.False(ShardMemory.Empty(4, Running).IsOf(4, Running with { RunStartedAt = Run.AddTicks(1) }));
        Assert.False(ShardMemory.Empty(4, Running).IsOf(4, Running with { Generation = 1 }));
        Assert.False(new ShardMemory { RunStartedAt = Run, Outcomes = [0, 9, 0, 0], Bytes = new int[4] }.IsOf(4, Running));
        Assert.False(new ShardMemory().IsOf(4, Running));
    }

    [Fact]
    public async Task WhatAShardRemembersEndsWithAPause()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await Eventually.TrueAsync(() => Task.FromResult(cache.Find<ShardMemory>(ShardKeeper.MemoryName)?.Endings().Count == 10), () => "the shard to keep what it knows");
        await silos.Sweep(Plan).Pause();
        var reads = _store.Reads;
        await silos.Sweep(Plan).Resume();
        Assert.Equal(10, (await silos.Shard(Shard).Snapshot()).Summary.Counts.Rendered);
        await Eventually.TrueAsync(async () => (await silos.Sweep(Plan).Status())!.Counts.Rendered == 10, () => "the sweep to hear of it");
        Assert.Equal(reads + 10, _store.Reads);
    }

    [Fact]
    public async Task AShardThatComesToLifeAgainReadsOnlyThePartsThatItDoesNotRemember()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await Eventually.TrueAsync(() => Task.FromResult(cache.Find<ShardMemory>(ShardKeeper.MemoryName)?.Endings().Count == 10), () => "the shard to keep what it knows");
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
    public void KeptLeasesComeBackAsTheyWere() => Gen.Select(Gen.Int[0, 99].Array[1, 20], Gen.Int[0, 99].Array[0, 5], Gen.Bool, Gen.Bool, Gen.Int[0, 1 << 20], Gen.Byte).Array[0, 8].Sample(given =>
    {
        var leases = new ShardLeases
        {
            RunStartedAt = Run,
            Epoch = 42,
            Leases = [.. given.Select((lease, number) => KeptLease.Of(new()
            {
                Token = new(41, number),
                Device = $"device {number}",
                Tasks = lease.Item1,
                Drawing = lease.Item2,
                IsApart = lease.Item3,
                IsSecondCopy = lease.Item4,
                Duration = TimeSpan.FromMilliseconds(lease.Item5),
                ExpectedWork = TimeSpan.FromTicks(lease.Item5),
                GivenAt = 0,
                RenewedAt = 0,
            }))],
            Troubles = given.Index().ToDictionary(lease => lease.Index, lease => new TaskTrouble { Failures = lease.Item.Item6, Losses = 1, LossesAlone = 2 }),
        };
        var cache = new FakeCacheStorage();
        cache.Plant(ShardKeeper.LeasesName, leases);
        var back = cache.Find<ShardLeases>(ShardKeeper.LeasesName)!;
        Assert.Equivalent(leases, back, strict: true);
        Assert.True(back.IsOf(100, Run));
    });

    [Fact]
    public void LeasesOfAnotherRunOrOfNonsenseAreOfNoUse()
    {
        static ShardLeases Leases(params int[] runs) => new()
        {
            RunStartedAt = Run, Leases = [new() { Token = new(1, 1), Device = "a", Tasks = [0, 1], Drawing = runs, Duration = TimeSpan.Zero }],
        };
        Assert.True(Leases(1, 3).IsOf(4, Run));
        Assert.False(Leases(1, 3).IsOf(4, Run.AddTicks(1)));
        Assert.False(Leases(1, 4).IsOf(4, Run));
        Assert.False(new ShardLeases { RunStartedAt = Run, Troubles = { [4] = default } }.IsOf(4, Run));
        Assert.False(new ShardLeases { RunStartedAt = Run, Troubles = { [-1] = default } }.IsOf(4, Run));
        Assert.False(new ShardLeases().IsOf(4, Run));
    }

    [Fact]
    public async Task ALeaseOutlivesItsShardAndIsGivenBackIfItsDeviceDoesNotNameIt()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        var leases = (await silos.Shard(Shard).Exchange(new() { Device = "a", Number = 1, Want = 4, BatchSize = 4, Leases = 2 })).Leases!;
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));

        Assert.Equal(leases.Select(lease => lease.Token), (await silos.Shard(Shard).Snapshot()).Leases.Select(lease => lease.Token));
        // The device was told of the first one only.
        var next = await silos.Shard(Shard).Exchange(new() { Device = "a", Number = 2, Want = 0, BatchSize = 4, Held = [new(leases[0].Token, leases[0].Tasks, [])] });
        Assert.Equal(ExchangeVerdict.NothingNow, next.Verdict);
        Assert.Equal(leases[0].Token, Assert.Single((await silos.Shard(Shard).Snapshot()).Leases).Token);
        Assert.Equal(LeaseDirective.Continue, Assert.Single(await silos.Shard(Shard).Renew(new("a", [new(leases[0].Token, leases[0].Tasks, [])]))));
        Assert.Empty(cache.Find<ShardLeases>(ShardKeeper.LeasesName)!.Troubles);
    }

    [Fact]
    public async Task ALossThatTakesTheShardAlongCountsOnce()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache, [], []);
        await silos.Sweep(Plan).Submit(Plan, new());
        var doomed = silos.SiloOf(1);
        var device = new DeviceName(doomed.SiloAddress, "cpu#0").ToString();
        var lease = (await silos.Shard(Shard).Exchange(new() { Device = device, Number = 1, Want = 4, BatchSize = 4 })).Leases![0];
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(lease.Token, Assert.Single((await silos.Shard(Shard).Snapshot()).Leases).Token);

        await silos.Cluster.KillSiloAsync(doomed, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => (await silos.Shard(Shard).Snapshot()).Leases.Count == 0 && cache.Find<ShardLeases>(ShardKeeper.LeasesName)!.Leases.Count == 0, () => "the loss to be noticed and kept");
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Empty((await silos.Shard(Shard).Snapshot()).Leases);
        var kept = cache.Find<ShardLeases>(ShardKeeper.LeasesName)!;
        Assert.Equal(lease.Tasks, kept.Troubles.Keys.Order());
        Assert.All(kept.Troubles.Values, trouble => Assert.Equal(new TaskTrouble { Losses = 1 }, trouble));
    }

    [Fact]
    public async Task LeasesThatWereTakenBackByAPauseAreNotRestored()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await silos.Shard(Shard).Exchange(new() { Device = "a", Number = 1, Want = 4, BatchSize = 4 });
        var kept = cache.Find<ShardLeases>(ShardKeeper.LeasesName)!;
        Assert.Single(kept.Leases);
        await silos.Sweep(Plan).Pause();
        await Eventually.TrueAsync(() => cache.Find<ShardLeases>(ShardKeeper.LeasesName)!.Leases.Count == 0, "the shard to keep that no lease is out");

        // Not even if that was not kept.
        cache.Plant(ShardKeeper.LeasesName, kept);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Empty((await silos.Shard(Shard).Snapshot()).Leases);
        Assert.Empty(cache.Find<ShardLeases>(ShardKeeper.LeasesName)!.Leases);
    }

    [Fact]
    public async Task LeasesOfAClusterThatNobodyKnowsAreGivenBack()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        var stranger = new KeptLease { Token = new(1, 1), Device = "10.0.0.9:11111@2000000000/cpu#0", Tasks = [0, 40], Duration = TimeSpan.FromHours(1) };
        await silos.Sweep(Plan).Submit(Plan, new());
        await silos.Shard(Shard).Snapshot();
        cache.Plant(ShardKeeper.LeasesName, new ShardLeases { RunStartedAt = _clock.GetUtcNow(), Epoch = 1, Leases = [stranger] });
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(40, (await silos.Shard(Shard).Snapshot()).Summary.Counts.Open);
        await Eventually.TrueAsync(() => cache.Find<ShardLeases>(ShardKeeper.LeasesName)!.Leases.Count == 0, "the lease to be given back");
        Assert.Empty(cache.Find<ShardLeases>(ShardKeeper.LeasesName)!.Troubles);
    }

    [Fact]
    public async Task ACacheThatFailsCostsNothingButReading()
    {
        await using var silos = await StartAsync(new FakeCacheStorage { Trouble = new TimeoutException("no Redis") });
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(10, (await silos.Shard(Shard).Snapshot()).Summary.Counts.Rendered);
    }

    private Task<TestSilos> StartAsync(FakeCacheStorage cache) => StartAsync(cache, [[]]);

    private async Task<TestSilos> StartAsync(FakeCacheStorage cache, params IReadOnlyList<IReadOnlyList<IChannelRenderer>> renderersOfSilos) => await TestSilos.StartAsync(_store, silo => silo.Services
        .AddKeyedSingleton<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName, cache)
        .Configure<LeaseOptions>(leases => (leases.Clock, leases.KeptEvery) = (_clock, TimeSpan.Zero))
        .Configure<SweepOptions>(sweeps => sweeps.Clock = _clock), renderersOfSilos);

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
}

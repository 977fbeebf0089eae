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
    public void ACachedProgressComesBackAsItWas() => Gen.Select(Gen.Enum<ChannelOutcome>(), Gen.Bool, Gen.Int[0, 1 << 20]).Array[1, 50].Sample(ends =>
    {
        var progress = new ShardProgress(ends.Length * 2, Running);
        foreach (var (index, (outcome, skipped, bytes)) in ends.Index())
        {
            progress.Record(index * 2, TestShard.Row(outcome, bytes, skipped, Run));
        }

        progress.AddPart(1, 7);
        var cache = new FakeCacheStorage();
        cache.Plant(ShardSnapshots.ProgressName, progress);
        var back = cache.Find<ShardProgress>(ShardSnapshots.ProgressName)!;
        Assert.True(back.IsOf(ends.Length * 2, Running));
        Assert.Equal((ends.Length, progress.Counts), (back.EndedCount, back.Counts));
        Assert.All(ends.Index(), end => Assert.Equal((end.Item.Item1, !end.Item.Item2, false), (back.OutcomeOf(end.Index * 2), back.IsOfThisRun(end.Index * 2), back.HasEnded((end.Index * 2) + 1))));
        Assert.Equal(progress.PictureLengths, back.PictureLengths);
        Assert.Equal(ends.Index().Where(end => end.Item.Item1 == ChannelOutcome.Rendered).Select(end => (long)end.Item.Item3), back.PictureLengths.Values);
        Assert.Equal((false, false, true, true), (back.AddPart(1, 6), back.AddPart(1, 7), back.AddPart(1, 8), back.AddPart(2, 0)));
    });

    [Fact]
    public void AProgressOfAnotherGenerationOrAnotherShardOrOfNonsenseIsOfNoUse()
    {
        Assert.True(new ShardProgress(4, Running).IsOf(4, Running));
        Assert.False(new ShardProgress(4, Running).IsOf(5, Running));
        Assert.False(new ShardProgress(4, Running).IsOf(4, Running with { RunStartedAt = Run.AddTicks(1) }));
        Assert.False(new ShardProgress(4, Running).IsOf(4, Running with { Generation = 1 }));
        Assert.False(new ShardProgress().IsOf(4, Running));
        var nonsense = new ShardProgress(4, Running);
        nonsense.Record(1, TestShard.Row((ChannelOutcome)8));
        Assert.False(nonsense.IsOf(4, Running));
    }

    [Fact]
    public async Task ACacheOfAnotherVersionCountsAsNone()
    {
        var cache = new FakeCacheStorage();
        cache.Plant(ShardSnapshots.ProgressName, new TaskFaults[3]);
        cache.Plant(ShardSnapshots.LeasesName, "not a lease table");
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 2);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(2, (await silos.Shard(Shard).Inspect()).Summary.Counts.Rendered);
    }

    [Fact]
    public async Task ACachedProgressEndsWithAPause()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await Eventually.TrueAsync(() => Task.FromResult(cache.Find<ShardProgress>(ShardSnapshots.ProgressName)?.EndedCount == 10), () => "the shard to save its progress");
        await silos.Sweep(Plan).Pause();
        var reads = _store.Reads;
        await silos.Sweep(Plan).Resume();
        Assert.Equal(10, (await silos.Shard(Shard).Inspect()).Summary.Counts.Rendered);
        await Eventually.TrueAsync(async () => (await silos.Sweep(Plan).Status())!.Counts.Rendered == 10, () => "the sweep to hear of it");
        Assert.Equal(reads + 10, _store.Reads);
    }

    [Fact]
    public async Task AShardThatIsActivatedAgainReadsOnlyThePartsThatAreNotInItsCachedProgress()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await Eventually.TrueAsync(() => Task.FromResult(cache.Find<ShardProgress>(ShardSnapshots.ProgressName)?.EndedCount == 10), () => "the shard to save its progress");
        var reads = _store.Reads;
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(10, (await silos.Shard(Shard).Inspect()).Summary.Counts.Rendered);
        Assert.Equal(reads, _store.Reads);

        // A part that another life wrote meanwhile is read.
        var entry = new ManifestParts(_store);
        var drawn = await new ResultStore(_store, FakePictures.ReadRecord).CommitAsync(SampleSweeps.Rendered(Shard.TaskAt(39), Shard.Recipe), TestContext.Current.CancellationToken);
        await entry.AppendAsync(Shard.Id, long.MaxValue, 0, [new(drawn.Entry, SampleSweeps.Run(Shard.TaskAt(39), ChannelOutcome.Rendered) with { CommittedAt = _clock.GetUtcNow() })], TestContext.Current.CancellationToken);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(11, (await silos.Shard(Shard).Inspect()).Summary.Counts.Rendered);
        Assert.Equal(reads + 1, _store.Reads);
    }

    [Fact]
    public void LeaseSnapshotsComeBackAsTheyWere() => Gen.Select(Gen.Int[0, 99].Array[1, 20], Gen.Int[0, 99].Array[0, 5], Gen.Bool, Gen.Bool, Gen.Int[0, 1 << 20], Gen.Byte).Array[0, 8].Sample(given =>
    {
        var leases = new LeaseTableSnapshot
        {
            RunStartedAt = Run,
            Epoch = 42,
            Leases = [.. given.Select((lease, number) => LeaseSnapshot.Of(new()
            {
                Token = new(41, number),
                Device = $"device {number}",
                Tasks = lease.Item1,
                Drawing = lease.Item2,
                IsIsolated = lease.Item3,
                IsSecondCopy = lease.Item4,
                Duration = TimeSpan.FromMilliseconds(lease.Item5),
                ExpectedWork = TimeSpan.FromTicks(lease.Item5),
                GrantedAt = 0,
                RenewedAt = 0,
            }))],
            Faults = given.Index().ToDictionary(lease => lease.Index, lease => new TaskFaults { Failures = lease.Item.Item6, Losses = 1, LossesAlone = 2 }),
        };
        var cache = new FakeCacheStorage();
        cache.Plant(ShardSnapshots.LeasesName, leases);
        var back = cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!;
        Assert.Equivalent(leases, back, strict: true);
        Assert.True(back.IsOf(100, Run));
    });

    [Fact]
    public void LeasesOfAnotherRunOrOfNonsenseAreOfNoUse()
    {
        static LeaseTableSnapshot Leases(params int[] runs) => new()
        {
            RunStartedAt = Run, Leases = [new() { Token = new(1, 1), Device = "a", Tasks = [0, 1], Drawing = runs, Duration = TimeSpan.Zero }],
        };
        Assert.True(Leases(1, 3).IsOf(4, Run));
        Assert.False(Leases(1, 3).IsOf(4, Run.AddTicks(1)));
        Assert.False(Leases(1, 4).IsOf(4, Run));
        Assert.False(new LeaseTableSnapshot { RunStartedAt = Run, Faults = { [4] = default } }.IsOf(4, Run));
        Assert.False(new LeaseTableSnapshot { RunStartedAt = Run, Faults = { [-1] = default } }.IsOf(4, Run));
        Assert.False(new LeaseTableSnapshot().IsOf(4, Run));
    }

    [Fact]
    public async Task ALeaseOutlivesItsShardAndIsReleasedIfItsDeviceDoesNotNameIt()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        var leases = (await silos.Shard(Shard).Exchange(new() { Device = "a", Number = 1, Want = 4, BatchSize = 4, Leases = 2 })).Leases!;
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));

        Assert.Equal(leases.Select(lease => lease.Token), (await silos.Shard(Shard).Inspect()).Leases.Select(lease => lease.Token));
        // The device was told of the first one only.
        var next = await silos.Shard(Shard).Exchange(new() { Device = "a", Number = 2, Want = 0, BatchSize = 4, Held = [new(leases[0].Token, leases[0].Tasks, [])] });
        Assert.Equal(ExchangeVerdict.NothingNow, next.Verdict);
        Assert.Equal(leases[0].Token, Assert.Single((await silos.Shard(Shard).Inspect()).Leases).Token);
        Assert.Equal(LeaseDirective.Continue, Assert.Single(await silos.Shard(Shard).Renew(new("a", [new(leases[0].Token, leases[0].Tasks, [])]))));
        Assert.Empty(cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!.Faults);
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
        Assert.Equal(lease.Token, Assert.Single((await silos.Shard(Shard).Inspect()).Leases).Token);

        await silos.Cluster.KillSiloAsync(doomed, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () => (await silos.Shard(Shard).Inspect()).Leases.Count == 0 && cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!.Leases.Count == 0, () => "the loss to be noticed and kept");
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Empty((await silos.Shard(Shard).Inspect()).Leases);
        var kept = cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!;
        Assert.Equal(lease.Tasks, kept.Faults.Keys.Order());
        Assert.All(kept.Faults.Values, faults => Assert.Equal(new TaskFaults { Losses = 1 }, faults));
    }

    [Fact]
    public async Task LeasesThatWereEndedByAPauseAreNotRestored()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        await silos.Sweep(Plan).Submit(Plan, new());
        await silos.Shard(Shard).Exchange(new() { Device = "a", Number = 1, Want = 4, BatchSize = 4 });
        var kept = cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!;
        Assert.Single(kept.Leases);
        await silos.Sweep(Plan).Pause();
        await Eventually.TrueAsync(() => cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!.Leases.Count == 0, "the shard to keep that no lease is out");

        // Not even if that was not kept.
        cache.Plant(ShardSnapshots.LeasesName, kept);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Empty((await silos.Shard(Shard).Inspect()).Leases);
        Assert.Empty(cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!.Leases);
    }

    [Fact]
    public async Task LeasesOfAnUnknownClusterAreReleased()
    {
        var cache = new FakeCacheStorage();
        await using var silos = await StartAsync(cache);
        var stranger = new LeaseSnapshot { Token = new(1, 1), Device = "10.0.0.9:11111@2000000000/cpu#0", Tasks = [0, 40], Duration = TimeSpan.FromHours(1) };
        await silos.Sweep(Plan).Submit(Plan, new());
        await silos.Shard(Shard).Inspect();
        cache.Plant(ShardSnapshots.LeasesName, new LeaseTableSnapshot { RunStartedAt = _clock.GetUtcNow(), Epoch = 1, Leases = [stranger] });
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(40, (await silos.Shard(Shard).Inspect()).Summary.Counts.Open);
        await Eventually.TrueAsync(() => cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!.Leases.Count == 0, "the lease to be given back");
        Assert.Empty(cache.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!.Faults);
    }

    [Fact]
    public async Task ACacheThatFailsCostsNothingButReading()
    {
        await using var silos = await StartAsync(new FakeCacheStorage { Trouble = new TimeoutException("no Redis") });
        await silos.Sweep(Plan).Submit(Plan, new());
        await FinishAsync(silos, parts: 10);
        await silos.Cluster.DeactivateAsync(silos.Shard(Shard));
        Assert.Equal(10, (await silos.Shard(Shard).Inspect()).Summary.Counts.Rendered);
    }

    private Task<TestSilos> StartAsync(FakeCacheStorage cache) => StartAsync(cache, [[]]);

    private async Task<TestSilos> StartAsync(FakeCacheStorage cache, params IReadOnlyList<IReadOnlyList<IChannelRenderer>> renderersOfSilos) => await TestSilos.StartAsync(_store, silo => silo.Services
        .AddKeyedSingleton<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName, cache)
        .Configure<LeaseOptions>(leases => (leases.Clock, leases.ProgressInterval) = (_clock, TimeSpan.Zero))
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
            var row = new PartRow(drawn.Entry, SampleSweeps.Run(Shard.TaskAt(task), ChannelOutcome.Rendered) with { CommittedAt = _clock.GetUtcNow() });
            await silos.Shard(Shard).Exchange(new()
            {
                Device = "a", Number = (2 * part) + 2, Want = 0, BatchSize = 1, Reports = [new() { Token = reply.Leases[0].Token, Rows = [row] }],
            });
        }
    }
}

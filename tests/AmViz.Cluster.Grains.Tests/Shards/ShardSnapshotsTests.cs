using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Storage;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardSnapshotsTests
{
    private const int Tasks = 8;

    private static readonly DateTimeOffset Run = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly FakeTimeProvider _clock = new(Run);
    private readonly FakeCacheStorage _storage = new();

    private LeaseTableSnapshot Saved => _storage.Find<LeaseTableSnapshot>(ShardSnapshots.LeasesName)!;

    [Fact]
    public async Task EveryActivationHasAnEpochOfItsOwnWhateverItsClockSays()
    {
        var first = await OpenAsync();
        var second = await OpenAsync();
        _clock.AdjustTime(Run.AddHours(-1));
        var third = await OpenAsync();
        Assert.True(first.Leases.Epoch < second.Leases.Epoch && second.Leases.Epoch < third.Leases.Epoch);
    }

    [Fact]
    public async Task AShardThatReadsTheStoreAgainHasANewEpochEvenWithoutACache()
    {
        _storage.Trouble = new TimeoutException("no Redis");
        var first = await OpenAsync();
        var second = await OpenAsync(lastEpoch: first.Leases.Epoch);
        Assert.True(first.Leases.Epoch < second.Leases.Epoch);
    }

    [Fact]
    public async Task TheNextActivationFindsLeasesAndFaults()
    {
        var snapshots = await OpenAsync();
        var table = Table(snapshots);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        table.Lose(_ => true);
        var lease = table.Claim("b", 3, 3, TimeSpan.Zero)!;
        await snapshots.SaveLeases(table);

        var next = Table(await OpenAsync());
        Assert.Equal(lease.Token, Assert.Single(next.Leases).Token);
        Assert.Equal([0, 1], next.Snapshot.Faults.Keys.Order());
        // Of another run, or where the sweep stands still, there are no leases.
        Assert.Empty((await OpenAsync(SweepState.Paused)).Leases.Leases);
        Assert.Equal(2, (await OpenAsync()).Leases.Faults.Count);
        Assert.Empty((await OpenAsync(SweepState.Running, Run.AddSeconds(1))).Leases.Faults);
    }

    [Fact]
    public async Task NothingIsWrittenThatIsSavedAlready()
    {
        var snapshots = await OpenAsync();
        var table = Table(snapshots);
        var writes = _storage.Writes;
        await snapshots.SaveLeases(table);
        Assert.Equal(writes, _storage.Writes);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        await snapshots.SaveLeases(table);
        await snapshots.SaveLeases(table);
        Assert.Equal(writes + 1, _storage.Writes);
    }

    [Fact]
    public async Task WhatChangesDuringAWriteIsSavedByOneMore()
    {
        var snapshots = await OpenAsync();
        var table = Table(snapshots);
        var (writes, slow) = (_storage.Writes, new TaskCompletionSource());
        _storage.BeforeWrite = () => slow.Task;
        table.Claim("a", 1, 1, TimeSpan.Zero);
        var saved = new List<Task> { snapshots.SaveLeases(table) };
        for (var claims = 0; claims < 5; claims++)
        {
            table.Claim("a", 1, 1, TimeSpan.Zero);
            saved.Add(snapshots.SaveLeases(table));
        }

        Assert.DoesNotContain(saved, write => write.IsCompleted);
        slow.SetResult();
        await Task.WhenAll(saved);
        Assert.Equal(writes + 2, _storage.Writes);
        Assert.Equal(6, Saved.Leases.Count);
    }

    [Fact]
    public async Task ManyExchangesInATickCostOneWriteAndTheTickSavesTheRest()
    {
        var snapshots = await OpenAsync();
        var (table, writes) = (Table(snapshots), _storage.Writes);
        for (var claims = 0; claims < 5; claims++)
        {
            table.Claim("a", 1, 1, TimeSpan.Zero);
            snapshots.SaveLeasesSoon(table);
        }

        Assert.Equal((writes + 1, 1), (_storage.Writes, Saved.Leases.Count));
        await snapshots.SaveLeases(table);
        Assert.Equal((writes + 2, 5), (_storage.Writes, Saved.Leases.Count));
        _clock.Advance(new LeaseOptions().Tick);
        table.Claim("a", 1, 1, TimeSpan.Zero);
        snapshots.SaveLeasesSoon(table);
        Assert.Equal(6, Saved.Leases.Count);
    }

    [Fact]
    public async Task AnOlderActivationThatIsStillAliveSavesNothingAnyMore()
    {
        var older = await OpenAsync();
        var table = Table(older);
        var younger = await OpenAsync();
        table.Claim("a", 2, 2, TimeSpan.Zero);
        await older.SaveLeases(table);
        Assert.Equal((younger.Leases.Epoch, 0), (Saved.Epoch, Saved.Leases.Count));

        var next = Table(younger);
        next.Claim("b", 3, 3, TimeSpan.Zero);
        await younger.SaveLeases(next);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        await older.SaveLeases(table);
        Assert.Equal("b", Assert.Single(Saved.Leases).Device);
    }

    [Fact]
    public async Task WhatAnOlderActivationSavesWhileTheYoungerOneOpensIsNotLost()
    {
        var older = await OpenAsync();
        var table = Table(older);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        var isFirst = true;
        _storage.BeforeWrite = async () =>
        {
            if (isFirst)
            {
                isFirst = false;
                await older.SaveLeases(table);
            }
        };
        var younger = await OpenAsync();
        Assert.Single(younger.Leases.Leases);
        Assert.Equal(younger.Leases.Epoch, Saved.Epoch);
    }

    [Fact]
    public async Task AWriteWhoseAnswerWasLostDoesNotEndTheSaving()
    {
        var snapshots = await OpenAsync();
        var table = Table(snapshots);
        _storage.AfterWrite = () => Task.FromException(new TimeoutException("the answer was lost"));
        table.Claim("a", 1, 1, TimeSpan.Zero);
        await snapshots.SaveLeases(table);
        _storage.AfterWrite = () => Task.CompletedTask;
        table.Claim("a", 1, 1, TimeSpan.Zero);
        await snapshots.SaveLeases(table);
        Assert.Equal(2, Saved.Leases.Count);
    }

    [Fact]
    public async Task ACacheThatComesBackIsWrittenAgainAlthoughNothingHasChanged()
    {
        _storage.Trouble = new TimeoutException("no Redis");
        var snapshots = await OpenAsync();
        var table = Table(snapshots);
        table.Claim("a", 1, 1, TimeSpan.Zero);
        await snapshots.SaveLeases(table);
        _storage.Trouble = null;
        await snapshots.SaveLeases(table);
        Assert.Single(Saved.Leases);
    }

    private Task<ShardSnapshots> OpenAsync(SweepState state = SweepState.Running, DateTimeOffset? runStartedAt = null, long lastEpoch = 0)
    {
        var services = new ServiceCollection().AddKeyedSingleton<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName, _storage).BuildServiceProvider();
        var cache = new ShardCache(services, NullLogger<ShardCache>.Instance);
        return ShardSnapshots.OpenAsync(cache, GrainId.Create("shard", "x"), new() { Clock = _clock }, Tasks, new(state, runStartedAt ?? Run), lastEpoch);
    }

    private LeaseTable Table(ShardSnapshots snapshots) => new TestShard(Tasks, new() { Clock = _clock }, snapshots.Leases.Epoch, snapshots.Leases).Table;
}

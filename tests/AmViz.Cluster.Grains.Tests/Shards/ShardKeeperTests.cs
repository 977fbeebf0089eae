using AmViz.Cluster.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Storage;

namespace AmViz.Cluster.Grains.Tests;

public sealed class ShardKeeperTests
{
    private const int Tasks = 8;

    private static readonly DateTimeOffset Run = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly FakeTimeProvider _clock = new(Run);
    private readonly FakeCacheStorage _storage = new();

    private ShardLeases Kept => _storage.Find<ShardLeases>(ShardKeeper.LeasesName)!;

    [Fact]
    public async Task EveryLifeHasAnEpochOfItsOwnWhateverItsClockSays()
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
    public async Task TheNextLifeFindsLeasesAndTroubles()
    {
        var keeper = await OpenAsync();
        var table = Table(keeper);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        table.Lose(_ => true);
        var lease = table.Claim("b", 3, 3, TimeSpan.Zero)!;
        await keeper.KeepLeases(table);

        var next = Table(await OpenAsync());
        Assert.Equal(lease.Token, Assert.Single(next.Leases).Token);
        Assert.Equal([0, 1], next.Troubles.Keys.Order());
        // Of another run, or where the sweep stands still, there are no leases.
        Assert.Empty((await OpenAsync(SweepState.Paused)).Leases.Leases);
        Assert.Equal(2, (await OpenAsync()).Leases.Troubles.Count);
        Assert.Empty((await OpenAsync(SweepState.Running, Run.AddSeconds(1))).Leases.Troubles);
    }

    [Fact]
    public async Task NothingIsWrittenThatIsKeptAlready()
    {
        var keeper = await OpenAsync();
        var table = Table(keeper);
        var writes = _storage.Writes;
        await keeper.KeepLeases(table);
        Assert.Equal(writes, _storage.Writes);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        await keeper.KeepLeases(table);
        await keeper.KeepLeases(table);
        Assert.Equal(writes + 1, _storage.Writes);
    }

    [Fact]
    public async Task WhatChangesDuringAWriteIsKeptByOneMore()
    {
        var keeper = await OpenAsync();
        var table = Table(keeper);
        var (writes, slow) = (_storage.Writes, new TaskCompletionSource());
        _storage.BeforeWrite = () => slow.Task;
        table.Claim("a", 1, 1, TimeSpan.Zero);
        var kept = new List<Task> { keeper.KeepLeases(table) };
        for (var claims = 0; claims < 5; claims++)
        {
            table.Claim("a", 1, 1, TimeSpan.Zero);
            kept.Add(keeper.KeepLeases(table));
        }

        Assert.DoesNotContain(kept, write => write.IsCompleted);
        slow.SetResult();
        await Task.WhenAll(kept);
        Assert.Equal(writes + 2, _storage.Writes);
        Assert.Equal(6, Kept.Leases.Count);
    }

    [Fact]
    public async Task ManyExchangesInATickCostOneWriteAndTheTickKeepsTheRest()
    {
        var keeper = await OpenAsync();
        var (table, writes) = (Table(keeper), _storage.Writes);
        for (var claims = 0; claims < 5; claims++)
        {
            table.Claim("a", 1, 1, TimeSpan.Zero);
            keeper.KeepLeasesSoon(table);
        }

        Assert.Equal((writes + 1, 1), (_storage.Writes, Kept.Leases.Count));
        await keeper.KeepLeases(table);
        Assert.Equal((writes + 2, 5), (_storage.Writes, Kept.Leases.Count));
        _clock.Advance(new LeaseOptions().Tick);
        table.Claim("a", 1, 1, TimeSpan.Zero);
        keeper.KeepLeasesSoon(table);
        Assert.Equal(6, Kept.Leases.Count);
    }

    [Fact]
    public async Task AnOlderLifeThatIsStillAliveKeepsNothingAnyMore()
    {
        var older = await OpenAsync();
        var table = Table(older);
        var younger = await OpenAsync();
        table.Claim("a", 2, 2, TimeSpan.Zero);
        await older.KeepLeases(table);
        Assert.Equal((younger.Leases.Epoch, 0), (Kept.Epoch, Kept.Leases.Count));

        var next = Table(younger);
        next.Claim("b", 3, 3, TimeSpan.Zero);
        await younger.KeepLeases(next);
        table.Claim("a", 2, 2, TimeSpan.Zero);
        await older.KeepLeases(table);
        Assert.Equal("b", Assert.Single(Kept.Leases).Device);
    }

    [Fact]
    public async Task WhatAnOlderLifeKeepsWhileTheYoungerOneOpensIsNotLost()
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
                await older.KeepLeases(table);
            }
        };
        var younger = await OpenAsync();
        Assert.Single(younger.Leases.Leases);
        Assert.Equal(younger.Leases.Epoch, Kept.Epoch);
    }

    [Fact]
    public async Task AWriteThatWasDoneAndNotToldDoesNotEndTheKeeping()
    {
        var keeper = await OpenAsync();
        var table = Table(keeper);
        _storage.AfterWrite = () => Task.FromException(new TimeoutException("the answer was lost"));
        table.Claim("a", 1, 1, TimeSpan.Zero);
        await keeper.KeepLeases(table);
        _storage.AfterWrite = () => Task.CompletedTask;
        table.Claim("a", 1, 1, TimeSpan.Zero);
        await keeper.KeepLeases(table);
        Assert.Equal(2, Kept.Leases.Count);
    }

    [Fact]
    public async Task ACacheThatComesBackIsWrittenAgainAlthoughNothingHasChanged()
    {
        _storage.Trouble = new TimeoutException("no Redis");
        var keeper = await OpenAsync();
        var table = Table(keeper);
        table.Claim("a", 1, 1, TimeSpan.Zero);
        await keeper.KeepLeases(table);
        _storage.Trouble = null;
        await keeper.KeepLeases(table);
        Assert.Single(Kept.Leases);
    }

    private Task<ShardKeeper> OpenAsync(SweepState state = SweepState.Running, DateTimeOffset? runStartedAt = null, long lastEpoch = 0)
    {
        var services = new ServiceCollection().AddKeyedSingleton<IGrainStorage>(AmVizSiloBuilderExtensions.CacheStorageName, _storage).BuildServiceProvider();
        var cache = new ShardCache(services, NullLogger<ShardCache>.Instance);
        return ShardKeeper.OpenAsync(cache, GrainId.Create("shard", "x"), new() { Clock = _clock }, Tasks, new(state, runStartedAt ?? Run), lastEpoch);
    }

    private LeaseTable Table(ShardKeeper keeper)
    {
        var table = new LeaseTable(Tasks, keeper.Leases.Epoch, new() { Clock = _clock }) { Troubles = keeper.Leases.Troubles };
        table.Restore(keeper.Leases.Leases);
        return table;
    }
}

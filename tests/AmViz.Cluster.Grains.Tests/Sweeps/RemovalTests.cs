using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>A cluster with a device over a store that tests hold up. Nobody but those who want its pictures wakes a sweep that is being removed.</summary>
public sealed class RemovalFixture : IAsyncLifetime
{
    internal InterceptedStore Store { get; } = new(new());

    internal TestSilos Silos { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silos = await TestSilos.StartAsync(Store, [new FakeRenderer(4)]);

    public async ValueTask DisposeAsync() => await Silos.DisposeAsync();
}

/// <summary>What goes wrong while sweeps are removed.</summary>
public sealed class RemovalTests(RemovalFixture fixture) : IClassFixture<RemovalFixture>, IAsyncDisposable
{
    private static int _plans;

    // A sweep of its own for every test: the number of steps makes it another one.
    private readonly RenderRecipe _recipe = Recipes.Paper with { Steps = 100 + Interlocked.Increment(ref _plans) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestSilos Silos => fixture.Silos;

    private InterceptedStore Store => fixture.Store;

    private SweepPlan Plan => field ??= SampleSweeps.Plan([new("conv_1", 6, IsLogits: false)], recipe: _recipe);

    private ISweepGrain Sweep => Silos.Sweep(Plan);

    public ValueTask DisposeAsync()
    {
        (Store.Before, Store.After) = ((_, _) => Task.CompletedTask, (_, _) => Task.CompletedTask);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ADeletionWhoseAnswerIsLostHoldsAndALaterRunIsNotTakenByIt()
    {
        await Silos.RunAsync(Plan);
        Store.After = LoseTheMark;
        await Assert.ThrowsAnyAsync<Exception>(Sweep.Delete);
        Store.After = (_, _) => Task.CompletedTask;
        Assert.Null(await Sweep.Retry(new(), Guid.NewGuid()));
        Assert.Equal(new TaskCounts { Planned = 6, Rendered = 6 }, (await Silos.RunAsync(Plan)).Counts);

        await Silos.Cluster.DeactivateAsync(Sweep);
        Assert.Equal(SweepState.Finished, (await Sweep.Status())?.State);
    }

    [Fact]
    public async Task NoRunBeginsUnderTheMarkOfADeletionThatWasThoughtLost()
    {
        await Silos.RunAsync(Plan);
        await Remover().MarkAsync(Plan.Id, Token);
        Assert.Null(await Sweep.Retry(new(), Guid.NewGuid()));
        Assert.Equal(new TaskCounts { Planned = 6, Rendered = 6 }, (await Silos.RunAsync(Plan)).Counts);
        await Remover().MarkAsync(Plan.Id, Token);
        Assert.Equal(new TaskCounts { Planned = 6, Rendered = 6 }, (await Silos.RunAsync(Plan)).Counts);
        Assert.False(await Remover().IsMarkedAsync(Plan.Id, Token));
    }

    [Fact]
    public async Task ARemovalWhoseCoordinatorDiedGoesOnThoughTheIndexOfSweepsLives()
    {
        await using var silos = await TestSilos.StartAsync(
            new MemoryBlobStore(), silo => silo.Services.Configure<SweepOptions>(sweeps => sweeps.RemovalInterval = TimeSpan.FromMilliseconds(100)), [new FakeRenderer(4)]);
        await silos.RunAsync(Plan);
        // Waits its turn: the end is whole by then, and no reminder is left.
        await silos.Sweep(Plan).Cancel();
        await silos.Cluster.DeactivateAsync(silos.Sweep(Plan));
        await new SweepRemover(silos.Store).MarkAsync(Plan.Id, Token);
        await Eventually.TrueAsync(() => IsGoneAsync(silos.Store), () => "the sweep to be removed");
    }

    [Fact]
    public async Task WhoWantsPicturesOfARemovalWhoseCoordinatorDiedSeesToIt()
    {
        var other = SampleSweeps.Plan([new("conv_1", 6, IsLogits: false)], seeds: [0, 1], _recipe);
        await Silos.RunAsync(Plan);
        await Silos.Cluster.DeactivateAsync(Sweep);
        await Remover().MarkAsync(Plan.Id, Token);
        Assert.Equal(new TaskCounts { Planned = 12, Rendered = 6, Skipped = 6 }, (await Silos.RunAsync(other)).Counts);
        Assert.True(await IsGoneAsync(Store));
    }

    [Fact]
    public async Task WhileAPlanIsDamagedNobodyWaitsWithoutEndAndMendedAllGoesOn()
    {
        var store = new MemoryBlobStore();
        await using var silos = await TestSilos.StartAsync(
            store, silo => silo.Services.Configure<SweepOptions>(sweeps => sweeps.RemovalPatience = TimeSpan.FromMilliseconds(500)), [new FakeRenderer(4)]);
        var (sweep, other, foreign) = (silos.Sweep(Plan), SampleSweeps.Plan([new("conv_1", 6, IsLogits: false)], seeds: [0, 1], _recipe), SampleSweeps.Plan([new("conv_1", 7, IsLogits: false)], recipe: _recipe));
        await silos.RunAsync(Plan);
        await silos.Cluster.DeactivateAsync(sweep);
        await new SweepRemover(store).MarkAsync(Plan.Id, Token);
        store.Plant(ResultLayout.Plan(foreign.Id), "{"u8.ToArray());

        var damaged = await Assert.ThrowsAsync<CorruptBlobException>(() => sweep.Submit(Plan, new()));
        Assert.Contains(ResultLayout.Plan(foreign.Id).Value, damaged.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<CorruptBlobException>(sweep.Delete);
        var waiting = await Assert.ThrowsAsync<SweepBeingRemovedException>(() => silos.Sweep(other).Submit(other, new()));
        Assert.Contains($"The sweep '{Plan.Id}' is being deleted", waiting.Message, StringComparison.Ordinal);

        await store.DeleteAsync(ResultLayout.Plan(foreign.Id), Token);
        await Eventually.TrueAsync(() => IsGoneAsync(store), () => "the sweep to be removed");
        Assert.Equal(6, (await silos.RunAsync(Plan)).Counts.Planned);
    }

    private async Task<bool> IsGoneAsync(IBlobStore store)
        => !await store.ListAsync(ResultLayout.Sweep(Plan.Id), Token).AnyAsync(Token) && !await new SweepRemover(store).IsMarkedAsync(Plan.Id, Token);

    private SweepRemover Remover() => new(Store.Inner);

    private Task LoseTheMark(string operation, string path) => operation == "create" && path == ResultLayout.RemovalMarker(Plan.Id).Value
        ? Task.FromException(new StoreUnreachableException("memory:test", "the answer is lost"))
        : Task.CompletedTask;
}

using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>Sweeps that are not kept any more.</summary>
public sealed class RetentionTests
{
    private readonly InterceptedStore _store = new(new());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADamagedJournalKeepsItsOwnSweepAndNoOther()
    {
        var ended = await RunAsync(3);
        var damaged = ended[0];
        _store.Inner.Plant(ResultLayout.JournalEntry(damaged.Id, 99), "{"u8.ToArray());
        await using var silos = await TestSilos.StartAsync(_store, KeepNothing, [[]]);
        await Eventually.TrueAsync(async () => (await SweepsAsync()).Count == 1, () => "the other sweeps to go");
        Assert.Equal([damaged.Id], await SweepsAsync());
    }

    [Fact]
    public async Task TheyGoOneAfterTheOther()
    {
        await RunAsync(3);
        var (marks, looks, most) = (0, 0, 0);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Before = (operation, path) =>
        {
            var isMarker = path.StartsWith(ResultLayout.RemovalMarkers, StringComparison.Ordinal);
            switch (operation)
            {
                case "create" when isMarker:
                    most = Math.Max(most, Interlocked.Increment(ref marks));
                    return Task.CompletedTask;

                case "delete" when isMarker:
                    Interlocked.Decrement(ref marks);
                    return Task.CompletedTask;

                // The first removal takes long enough for the next to begin, or to be seen to wait.
                case "head" when isMarker && Interlocked.Increment(ref looks) > 5:
                    goOn.TrySetResult();
                    return Task.CompletedTask;

                case "delete":
                    return most > 1 ? Task.CompletedTask : goOn.Task;

                default:
                    return Task.CompletedTask;
            }
        };
        await using var silos = await TestSilos.StartAsync(_store, KeepNothing, [[]]);
        await Eventually.TrueAsync(async () => most > 1 || (await SweepsAsync()).Count == 0, () => "the sweeps to go");
        goOn.TrySetResult();
        Assert.Equal(1, most);
    }

    private static void KeepNothing(ISiloBuilder silo) => silo.Services.Configure<SweepOptions>(
        sweeps => (sweeps.KeepEnded, sweeps.Tick, sweeps.RetentionInterval) = (TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50)));

    private async Task<IReadOnlyList<SweepPlan>> RunAsync(int count)
    {
        SweepPlan[] plans = [.. Enumerable.Range(0, count).Select(number => SampleSweeps.Plan([new("conv_1", 2, IsLogits: false)], recipe: Recipes.Paper with { Steps = 20 + number }))];
        await using var silos = await TestSilos.StartAsync(_store, [new FakeRenderer(4)]);
        foreach (var plan in plans)
        {
            await silos.RunAsync(plan);
        }

        return [.. plans.OrderBy(plan => plan.Id.Value, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<SweepId>> SweepsAsync() => await new SweepStore(_store.Inner).ListAsync(Token).ToListAsync(Token);
}

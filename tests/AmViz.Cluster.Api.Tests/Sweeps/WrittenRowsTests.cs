using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class WrittenRowsTests
{
    private const int Layers = 20;

    private const int AtOnce = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly SweepPlan Plan = SampleSweeps.Plan([.. Enumerable.Range(0, Layers).Select(number => new LayerFacts($"conv_{number}", 2, IsLogits: false))]);

    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _time = new(new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EightShardsAreListedAtATime()
    {
        var eight = new TaskCompletionSource();
        var (now, most) = (0, 0);
        _store.BeforeListing = async (_, cancelled) =>
        {
            var together = Interlocked.Increment(ref now);
            most = Math.Max(most, together);
            if (together == AtOnce)
            {
                eight.SetResult();
            }

            await eight.Task.WaitAsync(cancelled);
            Interlocked.Decrement(ref now);
            await Task.Yield();
        };
        var rows = new WrittenRows(Plan, _time.GetUtcNow(), _time);
        await rows.UpdateAsync(new(_store), Status(0), Token).WaitAsync(Longest, Token);
        Assert.Equal((AtOnce, Layers), (most, _store.Listings));
    }

    [Fact]
    public async Task OnlyLayersWhoseCountsHaveChangedAreListedAndAllOfThemEveryMinute()
    {
        var parts = new ManifestParts(_store);
        var rows = new WrittenRows(Plan, _time.GetUtcNow(), _time);
        await rows.UpdateAsync(parts, Status(0), Token);
        var shard = Plan.Shards().First();
        await parts.AppendAsync(shard.Id, 1, 1, [Row(shard, 0)], Token);

        _time.Advance(TimeSpan.FromSeconds(1));
        await rows.UpdateAsync(parts, Status(1), Token);
        Assert.Empty(rows.Table.Ended());

        _time.Advance(TimeSpan.FromSeconds(2));
        var listings = _store.Listings;
        await rows.UpdateAsync(parts, Status(1), Token);
        Assert.Equal(new RowPlace(0, 0), Assert.Single(rows.Table.Ended()).Place);
        Assert.Equal(1, _store.Listings - listings);

        // One that fails again changes no count.
        await parts.AppendAsync(shard.Id, 1, 2, [Row(shard, 1)], Token);
        var (before, reads) = (rows.Table, _store.Reads);
        _time.Advance(TimeSpan.FromSeconds(61));
        await rows.UpdateAsync(parts, Status(1), Token);
        Assert.Equal(2, rows.Table.Ended().Count());
        Assert.Single(before.Ended());
        Assert.Equal(1, _store.Reads - reads);
    }

    private static PartRow Row(Shard shard, int task)
    {
        var one = shard.TaskAt(task);
        return new(ManifestRows.Failed(one, shard.Recipe, "on purpose"), SampleSweeps.Run(one, ChannelOutcome.Failed));
    }

    private static SweepStatus Status(int ended) => new()
    {
        Id = Plan.Id,
        State = SweepState.Running,
        Counts = default,
        Layers = [.. Plan.Layers.Select((layer, number) => new LayerProgress(layer.Model, layer.Layer, new() { Planned = 2, Failed = number == 0 ? ended : 0 }))],
    };
}

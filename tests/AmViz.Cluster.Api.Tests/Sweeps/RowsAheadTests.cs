using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class RowsAheadTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void OnlyTheNewestThatHasFinishedAndIsNotTooLargeIsReadAhead()
    {
        SweepStatus[] sweeps =
        [
            Of('1', SweepState.Finished, Noon, 100_000), Of('2', SweepState.Finished, Noon.AddHours(1), 200), Of('3', SweepState.Running, Noon.AddHours(2), 200),
            Of('4', SweepState.Cancelled, Noon.AddHours(2), 200), Of('5', SweepState.Finished, Noon.AddHours(2), 250_001),
        ];
        Assert.Equal(sweeps[1].Id, RowsAhead.NewestOf(sweeps)!.Id);
        Assert.Null(RowsAhead.NewestOf(sweeps[2..]));
    }

    [Fact]
    public async Task AfterARestartItsRowsAreReadBeforeAnybodyAsks()
    {
        var store = new MemoryBlobStore();
        string id;
        await using (var first = new ApiHost { Store = store })
        {
            await first.InitializeAsync();
            id = await first.DrawAsync(steps: 10);
        }

        var read = new TaskCompletionSource();
        store.OnRead = path => _ = path == ResultLayout.RunLog(Id(id)) && read.TrySetResult();
        await using var second = new ApiHost { Store = store };
        await second.InitializeAsync();
        await read.Task.WaitAsync(Longest, Token);
    }

    [Fact]
    public async Task AfterARestartItsNewestPicturesAreMadeSmallBeforeAnybodyAsks()
    {
        var store = new MemoryBlobStore();
        await using (var first = new ApiHost { Store = store })
        {
            await first.InitializeAsync();
            await first.DrawAsync(steps: 10);
        }

        var read = new TaskCompletionSource();
        store.OnRead = path => _ = path.Value.EndsWith(".png", StringComparison.Ordinal) && read.TrySetResult();
        await using var second = new ApiHost { Store = store };
        await second.InitializeAsync();
        await read.Task.WaitAsync(Longest, Token);
    }

    private static SweepId Id(string text) => SweepId.TryParse(text, out var id) ? id : throw new ArgumentException(text, nameof(text));

    private static SweepStatus Of(char digit, SweepState state, DateTimeOffset startedAt, int tasks)
        => new() { Id = Id(new string(digit, SweepId.Length)), State = state, StartedAt = startedAt, Counts = new() { Planned = tasks } };
}

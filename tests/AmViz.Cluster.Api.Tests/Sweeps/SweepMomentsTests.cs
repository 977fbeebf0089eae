using System.Text.Json;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class SweepMomentsTests
{
    private static readonly DateTimeOffset Began = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly MemoryBlobStore _store = new();
    private int _entries;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SweepId Sweep => SampleSweeps.Small.Id;

    [Fact]
    public async Task HowASweepBeganAndWasPausedIsToldAfterHundredsOfEntriesThatChangeNoState()
    {
        var moments = new SweepMoments(_store);
        Write(SweepState.Running);
        Write(SweepState.Paused);
        Write(SweepState.Running, times: 300);
        var known = await moments.OfAsync(Status(Began), Token);
        Assert.Equal([SweepState.Running, SweepState.Paused, SweepState.Running], known.Select(moment => moment.State));
        Assert.Equal([0, 1, 2], known.Select(moment => (int)(moment.At - Began).TotalMinutes));

        var reads = _store.Reads;
        Write(SweepState.Finished);
        Assert.Equal(SweepState.Finished, (await moments.OfAsync(Status(Began), Token))[^1].State);
        Assert.Equal(1, _store.Reads - reads);
    }

    [Fact]
    public async Task OfManyChangesTheFirstIsToldAndTheLast()
    {
        for (var i = 0; i < 200; i++)
        {
            Write(SweepState.Running);
            Write(SweepState.Paused);
        }

        var known = await new SweepMoments(_store).OfAsync(Status(Began), Token);
        Assert.Equal(SweepMoments.Most, known.Count);
        Assert.Equal((Began, SweepState.Running), (known[0].At, known[0].State));
        Assert.Equal(Enumerable.Range(400 - (SweepMoments.Most - 1), SweepMoments.Most - 1), known.Skip(1).Select(moment => (int)(moment.At - Began).TotalMinutes));
    }

    [Fact]
    public async Task ASweepThatWasRemovedAndSubmittedAgainHasTheMomentsOfItsNewJournal()
    {
        var moments = new SweepMoments(_store);
        Write(SweepState.Running);
        Write(SweepState.Finished);
        await moments.OfAsync(Status(Began), Token);
        var again = Began.AddMinutes(_entries);
        for (var number = 1; number <= 2; number++)
        {
            await _store.DeleteAsync(ResultLayout.JournalEntry(Sweep, number), Token);
        }

        _store.Plant(ResultLayout.JournalEntry(Sweep, 1), Entry(SweepState.Running, again));
        Assert.Equal([new SweepMoment(again, SweepState.Running)], await moments.OfAsync(Status(again), Token));
    }

    [Fact]
    public async Task ARunThatBeganWhileTheOneBeforeRanIsToldToHaveBegun()
    {
        Write(SweepState.Running, times: 2);
        var again = Began.AddMinutes(1);
        Assert.Equal([new SweepMoment(again, SweepState.Running)], await new SweepMoments(_store).OfAsync(Status(again), Token));
    }

    private static SweepStatus Status(DateTimeOffset startedAt) => new() { Id = Sweep, State = SweepState.Running, Counts = default, StartedAt = startedAt };

    private static byte[] Entry(SweepState state, DateTimeOffset at) => JsonSerializer.SerializeToUtf8Bytes(new { state, at, rank = new { priority = 1 } }, SweepJson.Indented);

    /// <summary>Adds entries, a minute after each other.</summary>
    private void Write(SweepState state, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _store.Plant(ResultLayout.JournalEntry(Sweep, _entries + 1), Entry(state, Began.AddMinutes(_entries)));
            _entries++;
        }
    }
}

using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class SweepJournalTests
{
    private static readonly SweepId Sweep = SampleSweeps.Small.Id;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly MemoryBlobStore _store = new();
    private readonly SweepJournal _journal;

    public SweepJournalTests() => _journal = new(_store);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASweepThatWasNeverSubmittedHasNoEntry()
        => Assert.Null(await _journal.ReadLastAsync(Sweep, Cancelled));

    [Fact]
    public async Task TheLastEntryCountsWhateverStateItTells()
    {
        foreach (var state in Enum.GetValues<SweepState>())
        {
            var entry = new JournalEntry { State = state, RunStartedAt = Start, At = Start.AddSeconds(1) };
            await _journal.AppendAsync(Sweep, entry, Cancelled);
            Assert.Equal(entry, await _journal.ReadLastAsync(Sweep, Cancelled));
        }
    }

    [Fact]
    public async Task TheFinalStatusComesBackWhole()
    {
        var status = new SweepStatus
        {
            Id = Sweep,
            State = SweepState.Finished,
            Counts = new() { Planned = 3, Rendered = 1, Skipped = 1, Failed = 1, Dead = 1 },
            Layers = [new("fakenet", "conv_1", new() { Planned = 3 })],
            LastError = "one was dead",
            StartedAt = Start,
        };
        await _journal.AppendAsync(Sweep, new() { State = SweepState.Finished, RunStartedAt = Start, At = Start, Final = status }, Cancelled);
        var read = (await _journal.ReadLastAsync(Sweep, Cancelled))!.Final!;
        Assert.Equal(status.Layers, read.Layers);
        Assert.Equal(status, read with { Layers = status.Layers, Devices = status.Devices });
    }

    [Fact]
    public async Task TwoWritersAtOnceLoseNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => _journal.AppendAsync(Sweep, new() { State = SweepState.Running, RunStartedAt = Start, At = Start.AddSeconds(i) }, Cancelled), Cancelled)));
        var entries = 0;
        await foreach (var _ in _store.ListAsync(ResultLayout.Journal(Sweep), Cancelled))
        {
            entries++;
        }

        Assert.Equal(20, entries);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"formatVersion":2,"state":"running","runStartedAt":"2026-01-02T03:04:05Z","at":"2026-01-02T03:04:05Z"}""")]
    public async Task AnEntryThatCannotBeReadSaysWhichAndWhatToDo(string content)
    {
        _store.Plant(ResultLayout.JournalEntry(Sweep, 1), System.Text.Encoding.UTF8.GetBytes(content));
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => _journal.ReadLastAsync(Sweep, Cancelled));
        Assert.Contains("journal/000001.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("submit the sweep again", error.Message, StringComparison.Ordinal);
    }
}

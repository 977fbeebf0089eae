using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cluster.Grains.Tests;

public sealed class AttemptJournalTests
{
    private static readonly Shard Shard = SampleSweeps.Plan([new("conv_1", 8, IsLogits: false)]).Shards().Single();

    private readonly MemoryBlobStore _store = new();
    private readonly AttemptJournal _journal;

    public AttemptJournalTests() => _journal = new(_store);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AttemptsComeBackAsTheyWereOldestFirst()
    {
        await _journal.AppendAsync(Shard.Id, 2, 0, [Attempt(3, "later")], Cancelled);
        await _journal.AppendAsync(Shard.Id, 1, 1, [Attempt(1, "first"), Attempt(2, null)], Cancelled);
        Assert.Equivalent(new[] { Attempt(1, "first"), Attempt(2, null), Attempt(3, "later") }, await ReadAsync(), strict: true);
    }

    [Fact]
    public async Task AnErrorIsCutToWhatAPersonReads()
    {
        await _journal.AppendAsync(Shard.Id, 1, 0, [Attempt(1, new('x', 1_000_000))], Cancelled);
        Assert.Equal(2003, Assert.Single(await ReadAsync()).Error!.Length);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"formatVersion":2,"attempts":[]}""")]
    [InlineData("""{"formatVersion":1}""")]
    public async Task AFileThatIsNotWhatWasWrittenIsNamed(string content)
    {
        _store.Plant(ResultLayout.Attempts(Shard.Id, 1, 1, "torn"), System.Text.Encoding.UTF8.GetBytes(content));
        var error = await Assert.ThrowsAsync<CorruptBlobException>(ReadAsync);
        Assert.Contains("torn", error.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<FailedAttempt>> ReadAsync() => await _journal.ReadAsync(Shard.Id, Cancelled).ToListAsync(Cancelled);

    private static FailedAttempt Attempt(int task, string? error) => new()
    {
        Tasks = [task, 1], End = AttemptEnd.Crashed, Device = "a", Lease = "1-7", StartedAt = DateTimeOffset.UnixEpoch, EndedAt = DateTimeOffset.UnixEpoch.AddSeconds(task), Error = error,
    };
}

using System.Text;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class ManifestPartsTests
{
    private static readonly Shard Shard = SampleSweeps.Small.Shards().First();
    private readonly MemoryBlobStore _blobs = new();
    private readonly ManifestParts _parts;

    public ManifestPartsTests() => _parts = new(_blobs);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RowsComeBackOldestFirstWhateverTheOrderInWhichTheyWereAppended()
    {
        await _parts.AppendAsync(Shard.Id, 10, 0, [Row(4)], Token);
        await _parts.AppendAsync(Shard.Id, 9, 10, [Row(2), Row(3)], Token);
        await _parts.AppendAsync(Shard.Id, 9, 9, [Row(1)], Token);
        Assert.Equal([Row(1), Row(2), Row(3), Row(4)], await ReadAsync());
    }

    [Fact]
    public async Task SeveralPartsAreReadAtATimeAndStillComeOldestFirst()
    {
        var rows = Enumerable.Range(0, 20).Select(Row).ToArray();
        foreach (var (sequence, row) in rows.Index())
        {
            await _parts.AppendAsync(Shard.Id, 1, sequence, [row], Token);
        }

        // Twenty reads of which none ends before four are asked for: read one by one, they would never end.
        var read = new ManifestParts(new LateStore(_blobs, reads: 4)).ReadAsync(Shard.Id, Token).ToListAsync(Token);
        Assert.Equal(rows, await read.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task NotANumberAndOddErrorsSurvive()
    {
        var row = Row(1);
        row = row with { Entry = row.Entry with { InitialObjective = float.NaN, FinalObjective = float.PositiveInfinity, Error = "line 1\nline 2 \"\u00e9\"" } };
        await _parts.AppendAsync(Shard.Id, 0, 0, [row], Token);
        Assert.Equal([row], await ReadAsync());
    }

    [Fact]
    public async Task TwoWritersOfOneEpochAndSequenceKeepBothTheirRows()
    {
        await _parts.AppendAsync(Shard.Id, 1, 1, [Row(1)], Token);
        await _parts.AppendAsync(Shard.Id, 1, 1, [Row(2)], Token);
        Assert.Equal([1, 2], (await ReadAsync()).Select(row => row.Entry.Channel).Order());
    }

    [Fact]
    public async Task ShardsDoNotSeeEachOthersRows()
    {
        await _parts.AppendAsync(Shard.Id with { Index = 1 }, 0, 0, [Row(1)], Token);
        await _parts.AppendAsync(Shard.Id with { Index = 12 }, 0, 0, [Row(2)], Token);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task NoRowsAreNoPart()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _parts.AppendAsync(Shard.Id, 0, 0, [], Token));
        Assert.Equal(0, _blobs.Writes);
    }

    [Fact]
    public async Task EveryKindOfDamageIsNamed()
    {
        var path = await _parts.AppendAsync(Shard.Id, 0, 0, [Row(1), Row(2)], Token);
        var lines = Encoding.ASCII.GetString((await _blobs.ReadAsync(path, Token))!.Content.Span).Split('\n');
        string[] damaged =
        [
            "",
            lines[0],
            $"{lines[0]}\n{lines[1]}\n",
            $"{lines[0]}\n{lines[1]}\n{lines[2][..40]}\n",
            $"{lines[1]}\n{lines[2]}\n",
            $"{lines[0]}\n{lines[1]}\n{lines[2]}\n{lines[2]}\n",
            $"{lines[0]}\n{lines[1]}\nnull\n",
            $"{lines[0].Replace("conv_1", "conv_2", StringComparison.Ordinal)}\n{lines[1]}\n{lines[2]}\n",
            $"{lines[0].Replace("\"formatVersion\":1", "\"formatVersion\":2", StringComparison.Ordinal)}\n{lines[1]}\n{lines[2]}\n",
            $"{lines[0]}\n{lines[1].Replace("rendered", "drawn", StringComparison.Ordinal)}\n{lines[2]}\n",
        ];
        foreach (var text in damaged)
        {
            _blobs.Plant(path, Encoding.ASCII.GetBytes(text));
            var error = await Assert.ThrowsAsync<CorruptBlobException>(ReadAsync);
            Assert.Equal(path, error.Path);
        }
    }

    [Fact]
    public async Task OfEveryTaskTheRowThatCountsIsRead()
    {
        var (task, other) = (Shard.TaskAt(0), Shard.TaskAt(1));
        var failed = ManifestRows.Failed(other, Shard.Recipe, "first");
        await _parts.AppendAsync(Shard.Id, 1, 0, [Row(0), new(failed, SampleSweeps.Run(other, ChannelOutcome.Failed))], Token);
        await _parts.AppendAsync(Shard.Id, 1, 1, [new(failed with { Error = "second" }, SampleSweeps.Run(other, ChannelOutcome.Failed))], Token);
        Assert.Equal([Row(0).Entry, failed with { Error = "second" }], await _parts.ReadEntriesAsync(Shard, Token));
        Assert.Equal(task, ShardRows.TaskOf(Row(0).Entry));
    }

    private static PartRow Row(int channel)
    {
        var task = Shard.TaskAt(0) with { Channel = channel };
        var rendered = SampleSweeps.Rendered(task, Shard.Recipe);
        return new(
            ManifestRows.Rendered(rendered.Record, ResultLayout.Picture(task, Shard.Recipe.Hash), rendered.Picture.Span),
            SampleSweeps.Run(task, ChannelOutcome.Rendered));
    }

    private async Task<List<PartRow>> ReadAsync() => await _parts.ReadAsync(Shard.Id, Token).ToListAsync(Token);
}

using AmViz.Responses;
using AmViz.TestKit;

namespace AmViz.Storage.Tests.Responses;

public sealed class ResponseStoreTests : IDisposable
{
    private const int Count = 60;

    private static readonly ShownChoice Shown = new(9, 9);

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _blobs;

    public ResponseStoreTests() => _blobs = new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    private static ResponsePlan Plan => new(
        "net", "f00d", 32, [new("block 1", 2, 4, 4, 0, IsTokens: false, [])], new(PhotographKind.Files, Count, ["ant", "bee"], "d1"), 25, Batch: 8);

    [Fact]
    public async Task DuckDbReadsWhatTheTablesSay()
    {
        await WriteAsync(_blobs, [0, 1, 2]);
        var table = Table("responses");
        Assert.Equal([["0", "58", "29.827586"], ["1", "58", "-29.827586"]], await DuckDb.Query($"SELECT channel, photographs, round(mean, 6) FROM '{table}' ORDER BY channel"));
        Assert.Equal([["0", "59"], ["1", "0"]], await DuckDb.Query($"SELECT channel, round(q100, 3) FROM '{table}' ORDER BY channel"));
        Assert.Equal(
            [["59", "59", "11"], ["58", "58", "10"]],
            await DuckDb.Query($"SELECT number, response, \"row\" * 4 + \"column\" FROM '{Table("examples")}' WHERE channel = 0 AND kind = 'top' AND rank <= 2 ORDER BY rank"));
        Assert.Equal([["bee", "28"]], await DuckDb.Query($"SELECT label, photographs FROM '{Table("labels")}' WHERE channel = 0 AND auc > 0.5"));
        Assert.Equal([["58", "2"]], await DuckDb.Query($"SELECT count(photograph), count(error) FROM '{_folder.At(ResultLayout.ResponsePhotographs(Plan.Id).Value)}'"));
    }

    [Fact]
    public async Task AnyOrderOfShardsGivesTheSameFilesByteForByte()
    {
        await WriteAsync(_blobs, [0, 1, 2]);
        var other = new MemoryBlobStore();
        await WriteAsync(other, [2, 0, 1]);
        var paths = await _blobs.ListAsync(ResultLayout.Responses, Token).Select(item => item.Path).ToListAsync(Token);
        Assert.Equal(10 + Plan.ShardCount, paths.Count);
        foreach (var path in paths)
        {
            var (one, same) = (await _blobs.ReadAsync(path, Token), await other.ReadAsync(path, Token));
            Assert.True(one!.Content.Span.SequenceEqual(same!.Content.Span), path.Value);
        }
    }

    [Fact]
    public async Task WhatIsThereIsNotReplaced()
    {
        await WriteAsync(_blobs, [0, 1, 2]);
        var store = new ResponseStore(_blobs);
        Assert.Equal([0, 1, 2], (await store.FinishedShardsAsync(Plan, Token)).Order());
        Assert.True(await store.HasTablesAsync(Plan, Shown, Plan.Layers[0], Token));
        Assert.False(await store.HasTablesAsync(Plan, new(3, 0), Plan.Layers[0], Token));
        Assert.Equal(Plan.Id, (await store.ReadPlanAsync(Plan.Id, Token))!.Id);
        Assert.Null(await store.ReadSummaryAsync(Plan.Id, Shown, Token));

        var encoded = 0;
        byte[] Encode()
        {
            encoded++;
            return [1];
        }

        var first = await store.WriteCropAsync(ContentDigest.Of([7]), 32, new(1, 2, 3, 4), Encode, Token);
        Assert.Equal(first, await store.WriteCropAsync(ContentDigest.Of([7]), 32, new(1, 2, 3, 4), Encode, Token));
        Assert.Equal(1, encoded);
        Assert.EndsWith("/32-1-2-3x4.png", first.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedShardIsNamed()
    {
        await WriteAsync(_blobs, [0, 1, 2]);
        var path = ResultLayout.ResponseShard(Plan.Id, 1);
        await File.WriteAllBytesAsync(_folder.At(path.Value), [1, 2, 3], Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => new ResponseStore(_blobs).ReadShardAsync(Plan, 1, Token));
        Assert.Contains("Remove the file and run the same command again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSampleIsReadAsItWasWritten()
    {
        await WriteAsync(_blobs, [2, 1, 0]);
        var samples = new SampleStore(_blobs);
        Assert.Equal([Plan.Id], (await samples.PassesAsync(Token)).Select(plan => plan.Id));
        Assert.True(await samples.IsCompleteAsync(Plan, Token));
        int[] numbers = [.. Enumerable.Range(0, Count).Where(number => number is not (7 or 33))];
        var sample = await samples.ReadAsync(Plan.Id, Plan.Layers[0], Token);
        Assert.Equal(numbers.Select(number => ContentDigest.Of(BitConverter.GetBytes(number))), sample!.Photographs);
        Assert.Equal([[.. numbers.Select(number => (float)number)], [.. numbers.Select(number => -(float)number)]], sample.Channels);
        Assert.Null(await samples.ReadAsync(Plan.Id, Plan.Layers[0] with { Name = "block 2" }, Token));

        var table = _folder.At(ResultLayout.ResponseSample(Plan.Id, "block 1").Value);
        Assert.Equal([["58", "-1"]], await DuckDb.Query($"SELECT count(photograph), round(corr(c0, c1), 6) FROM '{table}'"));
    }

    private static async Task WriteAsync(IBlobStore blobs, int[] order)
    {
        var store = new ResponseStore(blobs);
        ListedPhotograph[] list = [.. Enumerable.Range(0, Count).Select(number => new ListedPhotograph($"{number}.png", number, 6, number % 2 == 0 ? "ant" : null))];
        await store.WriteAsync(Plan, list, Token);
        var pass = new PassStatistics(Plan);
        foreach (var index in order)
        {
            await store.CommitAsync(Plan, Shard(index), Token);
            pass.Add(await store.ReadShardAsync(Plan, index, Token));
        }

        await store.WritePhotographsAsync(Plan, Token);
        var (report, grid) = (new LayerReport(pass, 0), MapGrid.Of(Plan.Layers[0]));
        await new SampleStore(blobs).WriteAsync(pass, report, Token);
        await store.WriteTablesAsync(pass, Shown, report, report.Examples().Select(row => new ShownExample(row, $"photo {row.Number}", null, grid.Place(row.Position), new(0, 0, 8, 8), null, null)), Token);
        Assert.Equal(list.Skip((int)Plan.Shard(1).First).Take(Plan.Shard(1).Count), await store.ReadListAsync(Plan, 1, Token));
    }

    [Fact]
    public async Task PhotographsAreCopiedByTheirNumberAndTheirCopiesAreRead()
    {
        var store = new ResponseStore(new MemoryBlobStore());
        await store.CopyAsync(Plan, 7, [1, 2, 3], Token);
        Assert.Equal([7], await store.CopiedAsync(Plan, Token));
        Assert.Equal([1, 2, 3], await store.ReadCopyAsync(Plan, 7, Token));
        await Assert.ThrowsAsync<IOException>(() => store.ReadCopyAsync(Plan, 8, Token));
    }

    /// <summary>Channel 0 responds with the number of the photograph, channel 1 with the opposite; 7 and 33 cannot be read; even numbers are ants.</summary>
    private static ShardStatistics Shard(int index)
    {
        var shard = Plan.Shard(index);
        var builder = new ShardBuilder(Plan, shard, "test", ResponseSample.Of(Count).ToHashSet());
        int[] numbers = [.. Enumerable.Range((int)shard.First, shard.Count)];
        int[] shown = [.. numbers.Where(number => number is not (7 or 33))];
        float[] responses = [.. shown.SelectMany(number => (float[])[number, -number])];
        int[] positions = [.. shown.SelectMany(number => (int[])[number % 16, 0])];
        builder.Add([.. shown.Select(number => new Photograph(number, ContentDigest.Of(BitConverter.GetBytes(number)), $"photo {number}", number % 2, 8, 8))], [new(2, responses, positions, positions, responses)]);
        foreach (var number in numbers.Except(shown))
        {
            builder.Add(new UnreadablePhotograph(number, $"photo {number}", "torn"));
        }

        return builder.Finish();
    }

    private string Table(string name) => _folder.At(ResultLayout.ResponseTable(Plan.Id, Shown.Name, "block 1", name).Value);
}

using System.Text;
using AmViz.Sweeps;
using AmViz.TestKit;
using CsCheck;

namespace AmViz.Storage.Tests;

public sealed class ManifestWriterTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Small;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task TheBytesOfAManifestDoNotDependOnTheOrderOfItsParts()
        => Gen.Select(SweepScript.Any(Plan), Gen.Int).SampleAsync(async (script, order) =>
        {
            var shuffled = script.ToArray();
            new Random(order).Shuffle(shuffled);
            Assert.Equal(await FoldedBytes(script), await FoldedBytes(shuffled));
        }, iter: 40);

    [Fact]
    public Task ForEveryTaskTheNewestRowCountsUnlessItWouldLoseAPicture()
        => SweepScript.Any(Plan).SampleAsync(async script =>
        {
            var blobs = await SweepScript.WriteAsync(script, Token);
            await new ManifestWriter(blobs).FoldAsync(Plan, Token);
            var rows = await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).ToListAsync(Token);
            Assert.Equal(Expected(script), rows);
        }, iter: 40);

    [Fact]
    public Task EveryAttemptIsInTheRunLog()
        => SweepScript.Any(Plan).SampleAsync(async script =>
        {
            var blobs = await SweepScript.WriteAsync(script, Token);
            await new ManifestWriter(blobs).FoldAsync(Plan, Token);
            var runs = await new ManifestReader(blobs).ReadRunLogAsync(Plan.Id, Token).ToListAsync(Token);
            var expected = Plan.Shards().SelectMany(shard => script.Where(part => part.Shard == shard).OrderBy(part => part.Epoch).ThenBy(part => part.Sequence))
                .SelectMany(part => part.Rows.Select(row => row.Run));
            Assert.Equal(expected, runs);
        }, iter: 40);

    [Fact]
    public Task TheHeaderCountsWhatTheRowsSay()
        => SweepScript.Any(Plan).SampleAsync(async script =>
        {
            var blobs = await SweepScript.WriteAsync(script, Token);
            var header = await new ManifestWriter(blobs).FoldAsync(Plan, Token);
            var expected = Expected(script);
            Assert.Equal(Plan.TaskCount - expected.Count, header.Total.Missing);
            foreach (var layer in header.Layers)
            {
                int Count(ChannelOutcome outcome) => expected.Count(row => row.Layer == layer.Layer && row.Outcome == outcome);
                Assert.Equal(
                    (Count(ChannelOutcome.Rendered), Count(ChannelOutcome.Dead), Count(ChannelOutcome.NotFinite), Count(ChannelOutcome.Failed)),
                    (layer.Counts.Rendered, layer.Counts.Dead, layer.Counts.NotFinite, layer.Counts.Failed));
            }

            Assert.Equal(header.Layers.Sum(layer => layer.Counts.Rendered), header.Total.Rendered);
        }, iter: 40);

    [Fact]
    public async Task FoldingAgainChangesNoByte()
    {
        var blobs = await SweepScript.WriteAsync([Part(Plan.Shards().First(), 0, 1, 2)], Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        var first = await Bytes(blobs);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        Assert.Equal(first, await Bytes(blobs));
    }

    [Fact]
    public async Task FoldingAgainReadsAndWritesNothingThatItNeedNot()
    {
        var shard = Plan.Shards().First();
        var blobs = await SweepScript.WriteAsync([Part(shard, 0)], Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        await new ManifestParts(blobs).AppendAsync(shard.Id, 1, 0, Part(shard, 1, 2).Rows, Token);
        var reads = blobs.Reads;
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        // The two parts, and none of the three files that are replaced.
        Assert.Equal(reads + 2, blobs.Reads);

        var writes = blobs.Writes;
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        Assert.Equal(writes, blobs.Writes);
    }

    [Fact]
    public async Task AFoldedFileThatWasChangedIsMadeAnew()
    {
        var blobs = await SweepScript.WriteAsync([Part(Plan.Shards().First(), 0, 1, 2)], Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        var right = await Bytes(blobs);
        foreach (var path in new[] { ResultLayout.Manifest(Plan.Id), ResultLayout.RunLog(Plan.Id), ResultLayout.ManifestHeader(Plan.Id) })
        {
            // Of the same length.
            var wrong = (await blobs.ReadAsync(path, Token))!.Content.ToArray();
            wrong[^9] ^= 1;
            blobs.Plant(path, wrong);
        }

        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        Assert.Equal(right, await Bytes(blobs));
    }

    [Fact]
    public async Task FoldingLaterReplacesTheManifest()
    {
        var shard = Plan.Shards().First();
        var blobs = await SweepScript.WriteAsync([Part(shard, 0)], Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        await new ManifestParts(blobs).AppendAsync(shard.Id, 1, 0, Part(shard, 1, 2).Rows, Token);
        var header = await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        Assert.Equal(3, header.Total.Rendered);
        Assert.Equal(3, await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).CountAsync(Token));
        Assert.Equal(3, (await new ManifestReader(blobs).ReadHeaderAsync(Plan.Id, Token))!.Total.Rendered);
    }

    [Fact]
    public async Task ASweepWithoutRowsHasAManifestWithoutRows()
    {
        var blobs = new MemoryBlobStore();
        var header = await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        Assert.Equal(new OutcomeCounts(20, 0, 0, 0, 0), header.Total);
        Assert.Empty(await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).ToListAsync(Token));
        Assert.Empty(await new ManifestReader(blobs).ReadRunLogAsync(Plan.Id, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task SweepsThatAreFoldedAtTheSameTimeLoseNothingToEachOther()
    {
        var shard = Plan.Shards().First();
        ScriptedPart[] script = [Part(shard, 0, 1), new(shard, 0, 1, [(2, ChannelOutcome.Failed), (3, ChannelOutcome.Dead)])];
        var alone = await FoldedBytes(script);
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (_, _) =>
            Assert.Equal(alone, await FoldedBytes(script)));
    }

    [Fact]
    public void NoTwoFilesShareAField()
    {
        Assert.Empty(ManifestTable.Columns().Select(column => column.Field).Intersect(ManifestTable.Columns().Select(column => column.Field), ReferenceEqualityComparer.Instance));
        Assert.Empty(RunLogTable.Columns().Select(column => column.Field).Intersect(RunLogTable.Columns().Select(column => column.Field), ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public async Task NotANumberSurvivesTheFold()
    {
        var shard = Plan.Shards().First();
        var row = ScriptedPart.RowOf(shard, shard.TaskAt(0), ChannelOutcome.NotFinite, "0-0");
        row = row with { Entry = row.Entry with { InitialObjective = float.NaN, Error = "Objective became NaN.\n\u00e9" } };
        var blobs = new MemoryBlobStore();
        await new ManifestParts(blobs).AppendAsync(shard.Id, 0, 0, [row], Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        Assert.Equal([row.Entry], await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task RowsOfSeveralShardsAndRowGroupsStayInOrder()
    {
        // More than one row group, which ends inside a shard.
        const int channels = ParquetTableWriter<ManifestEntry>.GroupSize + 100;
        var plan = SampleSweeps.Plan([new("wide", channels, IsLogits: false)]);
        var blobs = new MemoryBlobStore();
        foreach (var shard in plan.Shards())
        {
            var rows = shard.Tasks().Select(task => ScriptedPart.RowOf(shard, task, ChannelOutcome.Dead, "0-0")).ToList();
            await new ManifestParts(blobs).AppendAsync(shard.Id, 0, 0, rows, Token);
        }

        await new ManifestWriter(blobs).FoldAsync(plan, Token);
        Assert.Equal(
            Enumerable.Range(0, channels),
            await new ManifestReader(blobs).ReadRowsAsync(plan.Id, Token).Select(row => row.Channel).ToListAsync(Token));
    }

    [Fact]
    public async Task ARowOfAnotherPlanIsRefused()
    {
        var shard = Plan.Shards().First();
        var stranger = ScriptedPart.RowOf(shard, shard.TaskAt(0) with { Channel = 77 }, ChannelOutcome.Rendered, "0-0");
        var blobs = new MemoryBlobStore();
        await new ManifestParts(blobs).AppendAsync(shard.Id, 0, 0, [stranger], Token);
        var error = await Assert.ThrowsAsync<StorageException>(() => new ManifestWriter(blobs).FoldAsync(Plan, Token));
        Assert.Contains("77-s0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedManifestIsNamed()
    {
        var blobs = await SweepScript.WriteAsync([Part(Plan.Shards().First(), 0, 1, 2)], Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        var path = ResultLayout.Manifest(Plan.Id);
        var whole = (await blobs.ReadAsync(path, Token))!.Content;
        foreach (var content in (ReadOnlyMemory<byte>[])[default, Encoding.ASCII.GetBytes("PAR1 but not really PAR1"), whole[..^9], whole[9..]])
        {
            blobs.Plant(path, content);
            var error = await Assert.ThrowsAsync<CorruptBlobException>(
                async () => await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).CountAsync(Token));
            Assert.Equal(path, error.Path);
        }
    }

    [Fact]
    public async Task AWriterThatIsOvertakenFoldsAgainWithWhatTheOtherKnew()
    {
        var shard = Plan.Shards().First();
        var blobs = await SweepScript.WriteAsync([Part(shard, 0)], Token);
        var overtaken = new OvertakenStore(blobs, async () =>
        {
            await new ManifestParts(blobs).AppendAsync(shard.Id, 1, 0, Part(shard, 1).Rows, Token);
            await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        });
        var header = await new ManifestWriter(overtaken).FoldAsync(Plan, Token);
        Assert.Equal(2, header.Total.Rendered);
        Assert.Equal(2, await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).CountAsync(Token));
    }

    private static ScriptedPart Part(Shard shard, params int[] indexes)
        => new(shard, 0, 0, [.. indexes.Select(index => (index, ChannelOutcome.Rendered))]);

    private static List<ManifestEntry> Expected(IEnumerable<ScriptedPart> script) =>
    [
        .. from shard in Plan.Shards()
           from task in shard.Tasks()
           let rows = script.Where(part => part.Shard == shard).OrderBy(part => part.Epoch).ThenBy(part => part.Sequence)
               .SelectMany(part => part.Rows).Select(row => row.Entry).Where(row => ShardRows.TaskOf(row) == task).ToList()
           where rows.Count > 0
           select rows.LastOrDefault(row => row.Outcome == ChannelOutcome.Rendered) ?? rows[^1],
    ];

    private static async Task<string> FoldedBytes(IEnumerable<ScriptedPart> script)
    {
        var blobs = await SweepScript.WriteAsync(script, Token);
        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        return await Bytes(blobs);
    }

    private static async Task<string> Bytes(MemoryBlobStore blobs)
    {
        var text = new StringBuilder();
        foreach (var path in (BlobPath[])[ResultLayout.Manifest(Plan.Id), ResultLayout.RunLog(Plan.Id), ResultLayout.ManifestHeader(Plan.Id)])
        {
            text.Append(path).Append(' ').AppendLine(Convert.ToHexString((await blobs.ReadAsync(path, Token))!.Content.Span));
        }

        return text.ToString();
    }
}

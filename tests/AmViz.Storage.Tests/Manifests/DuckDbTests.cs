using AmViz.Sweeps;
using AmViz.TestKit;
using DuckDB.NET.Data;

namespace AmViz.Storage.Tests;

/// <summary>A manifest is for every program that reads Parquet: here one that shares no line with the one that wrote it.</summary>
public sealed class DuckDbTests : IDisposable
{
    private static readonly SweepPlan Plan = SampleSweeps.Small;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DuckDbReadsTheSameRowsAsWeDo()
    {
        var blobs = await FoldAsync();
        var expected = await new ManifestReader(blobs).ReadRowsAsync(Plan.Id, Token).ToListAsync(Token);
        Assert.Equal(20, expected.Count);
        var rows = await Query("SELECT model, weightsDigest, layer, channel, seed, label, recipe, steps, outcome, initialObjective, finalObjective, picture, sha256, bytes, error FROM 'manifest.parquet'");
        Assert.Equal(
            expected.Select(row => (object?[])[row.Model, row.WeightsDigest, row.Layer, row.Channel, row.Seed, row.Label, row.Recipe, row.Steps, Word(row.Outcome), row.InitialObjective, row.FinalObjective, row.Picture, row.Sha256, row.Bytes, row.Error]),
            rows);
    }

    [Fact]
    public async Task DuckDbReadsTheSameRunLogAsWeDo()
    {
        var blobs = await FoldAsync();
        var expected = await new ManifestReader(blobs).ReadRunLogAsync(Plan.Id, Token).ToListAsync(Token);
        Assert.Equal(20, expected.Count);
        var rows = await Query("SELECT model, weightsDigest, layer, channel, seed, outcome, skipped, attempt, device, committedAt::TIMESTAMP, seconds, lease, resumedAt FROM 'runlog.parquet'");
        Assert.Equal(
            expected.Select(row => (object?[])[row.Task.Model, row.Task.WeightsDigest, row.Task.Layer, row.Task.Channel, row.Task.Seed, Word(row.Outcome), row.Skipped, row.Attempt, row.Device, row.CommittedAt.DateTime, row.Seconds, row.Lease, row.ResumedAt]),
            rows);
    }

    [Fact]
    public async Task ColumnsHaveTheTypesThatTheirNumbersNeed()
    {
        await FoldAsync();
        var manifest = await Query("SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT channel, seed, initialObjective, bytes, error FROM 'manifest.parquet')");
        Assert.Equal(["channel INTEGER", "seed INTEGER", "initialObjective FLOAT", "bytes BIGINT", "error VARCHAR"], manifest.Select(row => row[0]));
        var runs = await Query("SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT skipped, committedAt, seconds FROM 'runlog.parquet')");
        Assert.Equal(["skipped BOOLEAN", "committedAt TIMESTAMP WITH TIME ZONE", "seconds DOUBLE"], runs.Select(row => row[0]));
    }

    [Fact]
    public async Task ANotANumberAmongTheObjectivesHidesNoRowFromAFilter()
    {
        await FoldAsync();
        Assert.Equal([[1L]], await Query("SELECT count(*) FROM 'manifest.parquet' WHERE initialObjective IS NULL AND outcome = 'notFinite'"));
        Assert.Equal([[19L]], await Query("SELECT count(*) FROM 'manifest.parquet' WHERE initialObjective = 0.25"));
        Assert.Equal([[3L]], await Query("SELECT count(*) FROM 'manifest.parquet' WHERE finalObjective > 4"));
        Assert.Equal([[2L]], await Query("SELECT count(*) FROM 'manifest.parquet' WHERE finalObjective IS NULL"));
    }

    [Fact]
    public async Task TheQueryOfTheDocumentationRuns()
    {
        await FoldAsync();
        var page = await File.ReadAllTextAsync(RepositoryTree.At("docs", "formats.md"), Token);
        var begin = page.IndexOf("```sql", StringComparison.Ordinal) + "```sql".Length;
        var rows = await Query(page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)]);
        Assert.Equal([("conv_1", 11L), ("logits", 7L)], rows.Select(row => ((string)row[0]!, (long)row[1]!)));
    }

    [Fact]
    public async Task TheDocumentationNamesEveryColumn()
    {
        var page = await File.ReadAllTextAsync(RepositoryTree.At("docs", "formats.md"), Token);
        var columns = ManifestTable.Columns().Select(column => column.Field.Name).Concat(RunLogTable.Columns().Select(column => column.Field.Name));
        Assert.All(columns, column => Assert.Contains($"`{column}`", page, StringComparison.Ordinal));
    }

    private async Task<IBlobStore> FoldAsync()
    {
        var blobs = new FolderBlobStore(_folder.Path);
        foreach (var shard in Plan.Shards())
        {
            var rows = shard.Tasks().Select(task => ScriptedPart.RowOf(shard, task, Outcome(task), "1-1")).ToList();
            await new ManifestParts(blobs).AppendAsync(shard.Id, 1, 0, rows, Token);
        }

        await new ManifestWriter(blobs).FoldAsync(Plan, Token);
        return blobs;
    }

    private static ChannelOutcome Outcome(ChannelTask task) => (task.Layer, task.Channel, task.Seed) switch
    {
        ("conv_1", 1, 0) => ChannelOutcome.NotFinite,
        ("logits", 2, 3) => ChannelOutcome.Dead,
        _ => ChannelOutcome.Rendered,
    };

    private static string Word(ChannelOutcome outcome) => outcome == ChannelOutcome.NotFinite ? "notFinite" : outcome.ToString().ToLowerInvariant();

    private async Task<List<object?[]>> Query(string sql)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql
            .Replace("'manifest.parquet'", $"'{_folder.At(ResultLayout.Manifest(Plan.Id).Value)}'", StringComparison.Ordinal)
            .Replace("'runlog.parquet'", $"'{_folder.At(ResultLayout.RunLog(Plan.Id).Value)}'", StringComparison.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(Token))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return rows;
    }
}

using AmViz.Atlas.Tests.Photographs;
using AmViz.Atlas.Tests.Scores;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Data;

public sealed class BuildingAgainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsUpToDateIsNotWrittenAndNoPictureIsRead()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 20), Layer("net", "conv_2", 3));
        var pass = await SamplePass.WriteAsync(sample.Store, "conv_1", 20);
        await SampleScores.WriteAsync(sample, pass, "conv_1", "a", SampleScores.Row(sample, "conv_1", 0, 0.99));
        await sample.BuildAsync();
        var before = new AtlasData(sample.AtlasFolder).Times;
        Directory.Delete(Path.Combine(sample.Store.Root, "results"), recursive: true);

        var report = await sample.BuildAsync();

        Assert.Equal(before, new AtlasData(sample.AtlasFolder).Times);
        Assert.Equal(0, report.UnreadablePictures);
    }

    [Fact]
    public async Task OneNewPictureRewritesItsSheetItsTilesItsRecordsAndTheHeads()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 300), Layer("net", "conv_2", 3));
        var late = sample.Entries[20];
        sample.Entries.Remove(late);
        await sample.BuildAsync();
        var (data, layer) = (new AtlasData(sample.AtlasFolder), $"{sample.Plan.Id}/net/conv_1");
        var before = data.Times;

        sample.Entries.Add(late);
        var reads = new ReadCounter(sample.Store);
        await sample.BuildAsync(store: reads);

        var after = data.Times;
        var sheet = data[$"{layer}/tiles-0"].GetProperty("sheets")[1].GetString();
        string[] changed = ["columns/gain.js", "columns/objective.js", "layer.js", "records-1.js", "tiles-0.js"];
        Assert.Equal(
            [.. new[] { "data/atlas.js", $"data/{sample.Plan.Id}/net/network.js", $"data/{sample.Plan.Id}/sweep.json", $"sprites/{sheet}.webp" }.Concat(changed.Select(name => $"data/{layer}/{name}")).Order(StringComparer.Ordinal)],
            after.Where(file => !before.TryGetValue(file.Key, out var time) || time != file.Value).Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.Single(before.Keys.Except(after.Keys));
        // Each picture once: of the one sheet as a whole, of the others the record alone.
        Assert.Equal(300, reads.Reads);
    }

    [Fact]
    public async Task WhatAnInterruptedBuildLeftIsRemoved()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await sample.BuildAsync();
        var left = Path.Combine(sample.AtlasFolder, "sprites", sample.Plan.Id.Value, "net", "conv_1", "0-000000000000.webp");
        await File.WriteAllBytesAsync(left, [1], Token);

        await sample.BuildAsync();

        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(left)!));
        Assert.False(File.Exists(left));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APictureThatCannotBeReadSaysSoUntilItCan(bool isMissing)
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 18));
        var (data, layer, file) = (new AtlasData(sample.AtlasFolder), $"{sample.Plan.Id}/net/conv_1", sample.FileOf(new BlobPath(sample.Entries[1].Picture!)));
        var whole = await File.ReadAllBytesAsync(file, Token);
        await (isMissing ? Task.Run(() => File.Delete(file), Token) : File.WriteAllBytesAsync(file, whole[..200], Token));

        await sample.BuildAsync();
        var (hurt, sheets) = (data[$"{layer}/tiles-0"], SheetsOf(data, layer));
        var versions = new[] { data[$"{layer}/layer"].GetProperty("version").GetString() };
        Assert.Equal(isMissing ? "missing" : "damaged", hurt.GetProperty("outcomes")[1].GetString());
        Assert.Equal(isMissing ? "missing" : "damaged", data.Record(layer, 1).GetProperty("outcome").GetString());
        Assert.NotNull(data.Record(layer, 1).GetProperty("explanation").GetString());

        await File.WriteAllBytesAsync(file, whole, Token);
        await sample.BuildAsync();

        Assert.Equal("rendered", data[$"{layer}/tiles-0"].GetProperty("outcomes")[1].GetString());
        Assert.NotEqual(versions[0], data[$"{layer}/layer"].GetProperty("version").GetString());
        Assert.NotEqual(sheets[0], SheetsOf(data, layer)[0]);
        Assert.Equal(sheets[1], SheetsOf(data, layer)[1]);
        Assert.Equal(SheetsOf(data, layer).Order(StringComparer.Ordinal), FilesOf(sample));
    }

    [Fact]
    public async Task APictureThatIsFoundDamagedOnlyForItsSheetIsSaidToo()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        await sample.BuildAsync();
        Directory.Delete(Path.Combine(sample.AtlasFolder, "sprites"), recursive: true);
        Directory.Delete(Path.Combine(sample.AtlasFolder, "data"), recursive: true);
        var file = sample.FileOf(new BlobPath(sample.Entries[1].Picture!));
        var whole = await File.ReadAllBytesAsync(file, Token);
        await File.WriteAllBytesAsync(file, whole[..^100], Token);

        var report = await sample.BuildAsync();

        Assert.Equal(1, report.UnreadablePictures);
        Assert.Equal("damaged", new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv_1", 1).GetProperty("outcome").GetString());
    }

    private static IReadOnlyList<string> SheetsOf(AtlasData data, string layer) => [.. data[$"{layer}/tiles-0"].GetProperty("sheets").EnumerateArray().Select(sheet => sheet.GetString()!)];

    private static IEnumerable<string> FilesOf(SampleSweep sample)
        => Directory.EnumerateFiles(Path.Combine(sample.AtlasFolder, "sprites"), "*", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(Path.Combine(sample.AtlasFolder, "sprites"), file), null)).Order(StringComparer.Ordinal);
}

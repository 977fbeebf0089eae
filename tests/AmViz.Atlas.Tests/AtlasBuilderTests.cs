using AmViz.Atlas.Tests.Data;
using AmViz.Storage;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests;

public sealed class AtlasBuilderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildingAgainTouchesNoFileAndReadsNoPicture()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 4), Layer("net", "conv_2", 20));
        var first = await sample.BuildAsync();
        var before = FilesOf(sample);
        var counted = new ReadCounter(sample.Store);

        var second = await sample.BuildAsync(store: counted);

        Assert.Equal((2, 0, 3), (first.LayersWritten, first.LayersKept, first.SheetsWritten));
        Assert.Equal((0, 2, 0), (second.LayersWritten, second.LayersKept, second.SheetsWritten));
        Assert.Equal(0, counted.Reads);
        Assert.Equal(before, FilesOf(sample));
    }

    [Fact]
    public async Task AFirstBuildReadsEveryPictureOnce()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 20));
        var counted = new ReadCounter(sample.Store);
        await sample.BuildAsync(store: counted);
        Assert.Equal(20, counted.Reads);
    }

    [Fact]
    public async Task AGrownSweepRewritesOnlyWhatChanged()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        var late = sample.Entries[^1];
        sample.Entries.Remove(late);
        await sample.BuildAsync();

        sample.Entries.Add(late);
        var report = await sample.BuildAsync();

        Assert.Equal((1, 1, 1), (report.LayersWritten, report.LayersKept, report.SheetsWritten));
    }

    [Fact]
    public async Task APictureWithoutARecordIsStillShown()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 1));
        await File.WriteAllBytesAsync(Path.Combine(sample.Store.Root, sample.Entries[0].Picture!), Imaging.PngCodec.Encode(SamplePicture.Of(16, 1)), Token);

        var report = await sample.BuildAsync();

        Assert.Equal((0, 1), (report.UnreadablePictures, report.SheetsWritten));
        Assert.Equal(0, new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv_1", 0).GetProperty("trajectory").GetArrayLength());
    }

    [Theory]
    [InlineData(null, "pictures/results/")]
    [InlineData("../", "../results/")]
    [InlineData("https://store.example/container/", "https://store.example/container/results/")]
    public async Task APictureIsWhereThePageReachesIt(string? store, string beginning)
    {
        using var sample = await CreateAsync(Layer("net", "conv 1", 2));
        await sample.BuildAsync(new AtlasOptions { StoreAddress = store });

        var picture = new AtlasData(sample.AtlasFolder).Record($"{sample.Plan.Id}/net/conv~201", 1).GetProperty("picture").GetString()!;

        Assert.StartsWith(beginning, picture, StringComparison.Ordinal);
        Assert.True((store ?? "").StartsWith("https", StringComparison.Ordinal) || File.Exists(Path.Combine(sample.AtlasFolder, Uri.UnescapeDataString(picture))));
    }

    [Fact]
    public async Task ThePageAllowsPicturesOfItsStoreAndOfNobodyElse()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 1));
        await sample.BuildAsync();
        Assert.Contains("img-src 'self' data:;", sample.Page("index.html"), StringComparison.Ordinal);
        await sample.BuildAsync(new AtlasOptions { StoreAddress = "https://store.example/container/" });
        Assert.Contains("img-src 'self' data: https://store.example;", sample.Page("index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASweepOfTheStoreIsReadWithItsRows()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2));
        await new SweepStore(sample.Store).CreateAsync(sample.Plan, Token);

        var unfolded = await AtlasSweep.ReadAsync(sample.Store, sample.Plan.Id, Token);
        var unknown = await AtlasSweep.ReadAsync(sample.Store, new Sweeps.SweepId("0000000000000000"), Token);

        Assert.Equal(sample.Plan.Id, unfolded!.Plan.Id);
        Assert.Empty(unfolded.Entries);
        Assert.Null(unknown);
    }

    [Fact]
    public async Task AnInterruptedBuildGoesOn()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2), Layer("net", "conv_2", 2));
        using var cancel = new CancellationTokenSource();
        var builder = new AtlasBuilder(sample.Store, new AtlasOptions { StoreAddress = "../" });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => builder.BuildAsync(
            sample.Sweep, sample.AtlasFolder, new Immediately(_ => cancel.Cancel()), cancel.Token));

        var report = await sample.BuildAsync();

        Assert.Equal((1, 1, 1), (report.LayersWritten, report.LayersKept, report.SheetsWritten));
        Assert.Empty(Directory.EnumerateFiles(sample.AtlasFolder, "*.tmp", SearchOption.AllDirectories));
    }

    private static List<(string Path, DateTime WrittenAt)> FilesOf(SampleSweep sample) =>
        [.. Directory.EnumerateFiles(sample.AtlasFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (file, File.GetLastWriteTimeUtc(file)))];

    private sealed class Immediately(Action<AtlasProgress> action) : IProgress<AtlasProgress>
    {
        public void Report(AtlasProgress value) => action(value);
    }
}

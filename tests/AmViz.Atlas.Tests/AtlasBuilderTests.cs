using AmViz.Atlas.Output;
using AmViz.Storage;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests;

public sealed class AtlasBuilderTests
{
    [Fact]
    public async Task EveryAddressOnEveryPageLeadsToAFile()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 5), Layer("net", "конв/<b>&\"'%#? 2", 3), Layer("other", "index", 2), Layer("index.html", "..", 1));

        await sample.BuildAsync();

        Assert.Empty(PageLinks.BrokenIn(sample.AtlasFolder));
        Assert.Equal(1 + 1 + 3 + 4, Directory.EnumerateFiles(sample.AtlasFolder, "*.html", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task BuildingAgainTouchesNoFileAndReadsNoPicture()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 4), Layer("net", "conv_2", 4));
        var first = await sample.BuildAsync();
        var before = FilesOf(sample);
        var unreadable = new ReadCounter(sample.Store);

        var second = await sample.BuildAsync(store: unreadable);

        Assert.Equal((2, 0, 8), (first.LayerPagesWritten, first.LayerPagesKept, first.ThumbnailsWritten));
        Assert.Equal((0, 2, 0), (second.LayerPagesWritten, second.LayerPagesKept, second.ThumbnailsWritten));
        Assert.Equal(0, unreadable.Reads);
        Assert.Equal(before, FilesOf(sample));
    }

    [Fact]
    public async Task AGrownSweepRewritesOnlyWhatChanged()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3), Layer("net", "conv_2", 3));
        var late = sample.Entries[^1];
        sample.Entries.Remove(late);
        await sample.BuildAsync();
        Assert.Contains("not drawn yet", sample.LayerPage("conv_2"), StringComparison.Ordinal);

        sample.Entries.Add(late);
        var report = await sample.BuildAsync();

        Assert.Equal((1, 1, 1), (report.LayerPagesWritten, report.LayerPagesKept, report.ThumbnailsWritten));
        Assert.DoesNotContain("not drawn yet", sample.LayerPage("conv_2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChannelsWithoutAPictureAreNamedOnTheirPagesNotLeftOut()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 6));
        sample.Replace("conv_1", 1, ChannelOutcome.Dead, null);
        sample.Replace("conv_1", 2, ChannelOutcome.NotFinite, null);
        sample.Replace("conv_1", 3, ChannelOutcome.Failed, "out of <memory>");
        sample.Entries.RemoveAll(entry => entry.Channel == 4);

        await sample.BuildAsync();

        var layer = sample.LayerPage("conv_1");
        foreach (var word in new[] { "dead", "not a number", "failed", "not drawn yet" })
        {
            Assert.Contains($">{word}</span>", layer, StringComparison.Ordinal);
        }

        var model = sample.Page(AtlasPaths.Model(sample.Plan.Id, "net"));
        Assert.Contains("out of &lt;memory&gt;", model, StringComparison.Ordinal);
        Assert.Contains("1 dead, 1 not a number, 1 failed, 1 not drawn yet", model, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PicturesThatCannotBeReadAreShownAsSuchUntilTheyCan()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 3));
        var (gone, torn) = (Path.Combine(sample.Store.Root, sample.Entries[0].Picture!), Path.Combine(sample.Store.Root, sample.Entries[1].Picture!));
        var (goneBytes, tornBytes) = (await File.ReadAllBytesAsync(gone, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(torn, TestContext.Current.CancellationToken));
        File.Delete(gone);
        await File.WriteAllBytesAsync(torn, tornBytes[..200], TestContext.Current.CancellationToken);

        var damaged = await sample.BuildAsync();
        Assert.Equal(2, damaged.UnreadablePictures);
        Assert.Contains("picture missing", sample.LayerPage("conv_1"), StringComparison.Ordinal);
        Assert.Contains("picture damaged", sample.LayerPage("conv_1"), StringComparison.Ordinal);
        Assert.Empty(PageLinks.BrokenIn(sample.AtlasFolder));

        await File.WriteAllBytesAsync(gone, goneBytes, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(torn, tornBytes, TestContext.Current.CancellationToken);
        var healed = await sample.BuildAsync();

        Assert.Equal(0, healed.UnreadablePictures);
        Assert.DoesNotContain("placeholder missing", sample.LayerPage("conv_1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APictureWithoutARecordIsStillShown()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 1));
        var file = Path.Combine(sample.Store.Root, sample.Entries[0].Picture!);
        await File.WriteAllBytesAsync(file, Imaging.PngCodec.Encode(SamplePicture.Of(16, 1)), TestContext.Current.CancellationToken);

        var report = await sample.BuildAsync();

        Assert.Equal(0, report.UnreadablePictures);
        Assert.Contains("<img", sample.LayerPage("conv_1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAnAddressOfTheStoreThePicturesAreCopied()
    {
        using var sample = await CreateAsync(Layer("net", "conv 1", 2));
        await sample.BuildAsync(new AtlasOptions());
        Directory.Delete(Path.Combine(sample.Store.Root, "results"), recursive: true);

        Assert.Empty(PageLinks.BrokenIn(sample.AtlasFolder));
    }

    [Fact]
    public async Task AStoreOnTheNetIsLinkedByItsOwnAddress()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 1));

        await sample.BuildAsync(new AtlasOptions { StoreAddress = "https://store.example/container/" });

        Assert.Contains("\"picture\":\"https://store.example/container/results/net%40", sample.LayerPage("conv_1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralSweepsShareAHomePage()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2));
        await sample.BuildAsync();
        Assert.Contains("conv_1", sample.Page("index.html"), StringComparison.Ordinal);
        var second = await CreateAsync(sample.Store.Root, Recipes.Pixel with { Steps = 64 }, [0, 1], [Layer("net", "conv_1", 2)]);

        await second.BuildAsync();

        var home = sample.Page("index.html");
        Assert.Contains(sample.Plan.Id.Value, home, StringComparison.Ordinal);
        Assert.Contains(second.Plan.Id.Value, home, StringComparison.Ordinal);
        Assert.Empty(PageLinks.BrokenIn(sample.AtlasFolder));
    }

    [Fact]
    public async Task ASweepOfTheStoreIsReadWithItsRows()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 2));
        await new SweepStore(sample.Store).CreateAsync(sample.Plan, TestContext.Current.CancellationToken);

        var unfolded = await AtlasSweep.ReadAsync(sample.Store, sample.Plan.Id, TestContext.Current.CancellationToken);
        var unknown = await AtlasSweep.ReadAsync(sample.Store, new SweepId("0000000000000000"), TestContext.Current.CancellationToken);

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

        Assert.Equal((1, 1, 2), (report.LayerPagesWritten, report.LayerPagesKept, report.ThumbnailsWritten));
        Assert.Empty(Directory.EnumerateFiles(sample.AtlasFolder, "*.tmp", SearchOption.AllDirectories));
    }

    private static List<(string Path, DateTime WrittenAt)> FilesOf(SampleSweep sample) =>
        [.. Directory.EnumerateFiles(sample.AtlasFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (file, File.GetLastWriteTimeUtc(file)))];

    private sealed class Immediately(Action<AtlasProgress> action) : IProgress<AtlasProgress>
    {
        public void Report(AtlasProgress value) => action(value);
    }
}

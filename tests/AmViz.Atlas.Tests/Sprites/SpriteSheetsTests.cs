using AmViz.Atlas.Tests.Data;
using AmViz.Imaging;
using AmViz.Storage;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

namespace AmViz.Atlas.Tests.Sprites;

public sealed class SpriteSheetsTests
{
    private const int Cell = 160;

    // Of WebP at quality 80 on plain colours.
    private const double Tolerance = 6;

    private static readonly byte[] Grey = [128, 128, 128];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(48, 48)]
    [InlineData(160, 160)]
    [InlineData(224, 224)]
    [InlineData(64, 300)]
    public async Task ACellHasThePictureOfItsTile(int width, int height)
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 19));
        foreach (var entry in sample.Entries)
        {
            await PaintAsync(sample, entry, width, height);
        }

        sample.Replace("conv_1", 5, ChannelOutcome.Dead, null);
        await sample.BuildAsync();

        var tiles = new AtlasData(sample.AtlasFolder)[$"{sample.Plan.Id}/net/conv_1/tiles-0"];
        var sheets = tiles.GetProperty("sheets").EnumerateArray().Select(sheet => Read(sample, sheet.GetString()!)).ToList();
        Assert.All(sheets, sheet => Assert.Equal((4 * Cell, 4 * Cell), (sheet.Width, sheet.Height)));
        Assert.All(Enumerable.Range(0, 32), tile => AssertColour(tile is 5 or >= 19 ? Grey : ColourOf(tile), sheets[tile / 16], tile % 16));
    }

    [Fact]
    public async Task SmallPicturesKeepTheirPixels()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 1));
        byte[] halves = [.. Enumerable.Range(0, 8 * 8).SelectMany(i => Enumerable.Repeat((byte)(i % 8 < 4 ? 40 : 220), 3))];
        await File.WriteAllBytesAsync(sample.FileOf(new BlobPath(sample.Entries[0].Picture!)), PngCodec.Encode(new Picture(8, 8, halves)), Token);
        await sample.BuildAsync();

        var sheet = Read(sample, new AtlasData(sample.AtlasFolder)[$"{sample.Plan.Id}/net/conv_1/tiles-0"].GetProperty("sheets")[0].GetString()!);

        Assert.InRange(sheet.Rgb.Span[3 * ((80 * sheet.Width) + 74)], 30, 60);
        Assert.InRange(sheet.Rgb.Span[3 * ((80 * sheet.Width) + 85)], 200, 230);
    }

    [Fact]
    public async Task WithoutAnyPictureThereIsNoSheet()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 20));
        sample.Entries.RemoveAll(entry => entry.Channel >= 16);
        await sample.BuildAsync();

        var sheets = new AtlasData(sample.AtlasFolder)[$"{sample.Plan.Id}/net/conv_1/tiles-0"].GetProperty("sheets");

        Assert.Equal([false, true], sheets.EnumerateArray().Select(sheet => sheet.GetString() is null));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(sample.AtlasFolder, "sprites"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task CoversAndStrongestTilesLeadToSheetsThatAreThere()
    {
        using var sample = await CreateAsync(Layer("net", "conv_1", 20), Layer("net", "conv_2", 20));
        await sample.BuildAsync();
        var data = new AtlasData(sample.AtlasFolder);

        var references = data["atlas"].GetProperty("sweeps")[0].GetProperty("networks")[0].GetProperty("cover").EnumerateArray()
            .Concat(data[$"{sample.Plan.Id}/net/conv_1/layer"].GetProperty("best").EnumerateArray().Select(best => best.GetProperty("ref"))).ToList();

        Assert.Equal(8 + 16, references.Count);
        Assert.All(references, reference => Assert.True(File.Exists(FileOf(sample, reference.GetProperty("sheet").GetString()!))));
    }

    private static byte[] ColourOf(int tile) => [(byte)(20 + (11 * tile)), (byte)(230 - (9 * tile)), (byte)(tile % 2 == 0 ? 60 : 190)];

    private static Task PaintAsync(SampleSweep sample, ManifestEntry entry, int width, int height)
    {
        byte[] pixels = [.. Enumerable.Repeat(ColourOf(entry.Channel), width * height).SelectMany(pixel => pixel)];
        return File.WriteAllBytesAsync(sample.FileOf(new BlobPath(entry.Picture!)), PngCodec.Encode(new Picture(width, height, pixels)), Token);
    }

    private static string FileOf(SampleSweep sample, string sheet) => Path.Combine(sample.AtlasFolder, "sprites", sheet + ".webp");

    private static Picture Read(SampleSweep sample, string sheet) => PictureLoader.Load(FileOf(sample, sheet));

    private static void AssertColour(byte[] expected, Picture sheet, int cell)
    {
        var pixels = sheet.Crop(cell % 4 * Cell, cell / 4 * Cell, Cell, Cell).Rgb.ToArray();
        for (var plane = 0; plane < 3; plane++)
        {
            Assert.InRange(pixels.Where((_, i) => i % 3 == plane).Average(value => (double)value), expected[plane] - Tolerance, expected[plane] + Tolerance);
        }
    }
}

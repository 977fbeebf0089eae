using System.Text;
using System.Xml.Linq;
using AmViz.Imaging;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Atlas.Tests.Sheets;

public sealed class SheetBuilderTests : IAsyncLifetime
{
    private const int Size = 48;
    private const int Channels = 10;

    // The smallest that makes 160 pixels of 48.
    private const int Factor = 4;
    private const string Hostile = "</text><script>alert(1)</script>\u0000\u001b[31m\r\n \u202eevil\ud800 & \"quoted\" \uffff";

    private static readonly SheetFormat[] All = [SheetFormat.Png, SheetFormat.Svg, SheetFormat.Pdf];
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly XNamespace XLink = "http://www.w3.org/1999/xlink";

    private SampleSweep _sample = null!;

    private string Folder => Path.Combine(_sample.AtlasFolder, "sheets");

    private PlannedLayer Layer => _sample.Plan.Layers[0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _sample = await SampleSweep.CreateAsync(SampleSweep.Layer("net", "logits", Channels, Size, isLogits: true));

    public ValueTask DisposeAsync()
    {
        _sample.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task EachPictureStandsInItsPlaceEnlargedByAWholeFactor()
    {
        await WriteAsync(new() { Columns = 4 }, SheetFormat.Png);
        var sheet = PngCodec.Decode(await File.ReadAllBytesAsync(Path.Combine(Folder, "net", "logits.png"), Token)).Picture;
        var images = Images(await SvgAsync(new() { Columns = 4 }));

        Assert.Equal(Channels, images.Count);
        foreach (var (channel, image) in images.Index())
        {
            var (x, y, side) = ((int)image.Attribute("x")!, (int)image.Attribute("y")!, (int)image.Attribute("width")!);
            Assert.Equal(Factor * Size, side);
            var stored = StoredPicture(channel);
            Assert.All([(0, 0), (7, 31), (Size - 1, Size - 1)], place => Assert.Equal(Pixel(stored, place.Item1, place.Item2), Pixel(sheet, x + (Factor * place.Item1) + 1, y + (Factor * place.Item2) + 1)));
        }
    }

    [Fact]
    public async Task SortedByObjectiveTheStrongestComesFirst()
    {
        var images = Images(await SvgAsync(new() { Order = SheetOrder.Objective }));
        var strongest = _sample.Entries.MaxBy(entry => entry.FinalObjective)!.Channel;
        Assert.Equal(PngCodec.Encode(StoredPicture(strongest)), PictureOf(images[0]));
        Assert.NotEqual(0, strongest);
    }

    [Fact]
    public async Task AnSvgHasTheCaptionsAndTheHeadingAsText()
    {
        var svg = await SvgAsync(new());
        var texts = svg.Descendants(Svg + "text").Select(text => text.Value).ToList();
        var objective = _sample.Entries[3].FinalObjective!.Value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Superset(new HashSet<string>(["logits of net", "3", "class 3", objective], StringComparer.Ordinal), texts.ToHashSet(StringComparer.Ordinal));
        var heading = string.Join(' ', texts);
        Assert.All(
            ["10 classes", "48 px", "recipe paper (", "128 steps", "seed 0", $"weights {SampleSweep.Digest[..12]},", $"sweep {_sample.Plan.Id}", "below each picture: channel, objective, label"],
            fact => Assert.Contains(fact, heading, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatHasNoPictureIsAFrameWithAWordAndIsCounted()
    {
        _sample.Replace("logits", 1, ChannelOutcome.Dead, error: null);
        _sample.Replace("logits", 2, ChannelOutcome.Failed, "out of memory");
        _sample.Entries.RemoveAll(entry => entry.Channel == 4);
        File.Delete(_sample.FileOf(PathOf(5)));
        await File.WriteAllBytesAsync(_sample.FileOf(PathOf(6)), [1, 2, 3], Token);

        var written = await WriteAsync(new(), SheetFormat.Svg);

        var svg = XDocument.Load(written.Files[0].Path);
        Assert.Equal(Channels - 5, Images(svg).Count);
        Assert.Superset(
            new HashSet<string>(["dead", "failed", "not drawn yet", "picture missing", "picture damaged"], StringComparer.Ordinal),
            svg.Descendants(Svg + "text").Select(text => text.Value).ToHashSet(StringComparer.Ordinal));
        Assert.Equal((Channels, Channels - 5), (written.Cells, written.Drawn));
        Assert.Equal(["damaged", "dead", "failed", "missing", "pending"], written.WithoutPicture.Keys.Order(StringComparer.Ordinal));
        Assert.All(written.WithoutPicture.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task AHostileLabelStaysText()
    {
        _sample.Entries[0] = _sample.Entries[0] with { Label = Hostile };
        var written = await WriteAsync(new() { Tile = 960 }, All);
        var svg = XDocument.Load(written.Files[1].Path);

        Assert.Contains(svg.Descendants(Svg + "text"), text => text.Value.StartsWith("</text><script>alert(1)</script> [31m evil\ufffd & \"quoted\"", StringComparison.Ordinal));
        Assert.Equal(["g", "image", "rect", "svg", "text", "title"], svg.Descendants().Select(element => element.Name.LocalName).Distinct().Order(StringComparer.Ordinal));
        Assert.All(svg.Descendants().Attributes().Where(attribute => attribute.Name.LocalName == "href"), link => Assert.StartsWith("data:image/png;base64,", link.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(svg.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LettersThatTheFontLacksAreCounted()
    {
        _sample.Entries[0] = _sample.Entries[0] with { Label = "猫" };
        _sample.Entries[1] = _sample.Entries[1] with { Label = "Größe, μ, кот" };
        var written = await WriteAsync(new(), SheetFormat.Svg);
        Assert.Equal(1, written.BoxedLabels);
        Assert.Contains(XDocument.Load(written.Files[0].Path).Descendants(Svg + "text"), text => text.Value == "猫");
    }

    [Fact]
    public async Task ALabelThatIsTooLongIsCutAndItsWholeIsTold()
    {
        var label = string.Join(' ', Enumerable.Repeat("American alligator", 5));
        _sample.Entries[0] = _sample.Entries[0] with { Label = label };
        var svg = await SvgAsync(new());
        Assert.Contains(svg.Descendants(Svg + "text"), text => text.Value.StartsWith("American", StringComparison.Ordinal) && text.Value.EndsWith('…'));
        Assert.Contains(svg.Descendants(Svg + "title"), title => title.Value.Contains(label, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EqualSheetsHaveEqualBytes()
    {
        var first = await ReadAsync(await WriteAsync(new(), All));
        Directory.Delete(Folder, recursive: true);
        Assert.Equal(first, await ReadAsync(await WriteAsync(new(), All)));
    }

    [Fact]
    public async Task APdfBreaksPagesBetweenRowsAndHasEveryPictureOnce()
    {
        var whole = await WriteAsync(new(), SheetFormat.Pdf);
        var broken = await WriteAsync(new() { Columns = 2 }, SheetFormat.Pdf);

        Assert.Equal((1, 3), (whole.Files[0].Pages, broken.Files[0].Pages));
        var pdf = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(broken.Files[0].Path, Token));
        Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
        Assert.Equal(3, Count(pdf, "/Type /Page\n"));
        Assert.Equal(Channels, Count(pdf, "/Subtype /Image\n"));
        Assert.Contains("/FontFile2", pdf, StringComparison.Ordinal);
        Assert.DoesNotContain("/CreationDate", pdf, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChosenChannelsAreShownAndTold()
    {
        var svg = await SvgAsync(new() { Channels = ChannelSet.Of(2, 5) });
        Assert.Equal([PngCodec.Encode(StoredPicture(2)), PngCodec.Encode(StoredPicture(5))], Images(svg).Select(PictureOf));
        Assert.Contains(svg.Descendants(Svg + "text"), text => text.Value.StartsWith("2 of 10 classes, ", StringComparison.Ordinal));
        Assert.Contains("Expected some of 0-9.", Builder(new() { Channels = ChannelSet.Of(77) }).ProblemWith(Layer, All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APictureMayBeMadeSmallerWhenThatIsAskedFor()
    {
        var written = await WriteAsync(new() { Tile = 16, Columns = 5 }, All);
        Assert.All(Images(XDocument.Load(written.Files[1].Path)), image => Assert.Equal(16, (int)image.Attribute("width")!));
        var sheet = PngCodec.Decode(await File.ReadAllBytesAsync(written.Files[0].Path, Token)).Picture;
        Assert.Equal((written.Files[0].Width, written.Files[0].Height), (sheet.Width, sheet.Height));
    }

    [Fact]
    public async Task ASheetThatIsTooLargeIsRefusedWithWhatToDo()
    {
        using var large = await SampleSweep.CreateAsync();
        var layer = new PlannedLayer("net", SampleSweep.Digest, "fc", 5000, IsLogits: false, 224, ChannelSet.All(4000));
        var sweep = new AtlasSweep(large.Plan with { Layers = [layer] }, []);
        string? Problem(SheetOptions options, params SheetFormat[] formats) => new SheetBuilder(large.Store, sweep, options).ProblemWith(layer, formats);

        Assert.Contains("Expected at most 32,767 a side and 100,000,000 in all: choose fewer --channels, a smaller --tile than 224, or --format pdf", Problem(new(), SheetFormat.Png), StringComparison.Ordinal);
        Assert.Contains("choose --columns ", Problem(new() { Tile = 64, Columns = 4 }, SheetFormat.Svg), StringComparison.Ordinal);
        Assert.Null(Problem(new(), SheetFormat.Pdf));
        Assert.Null(Problem(new() { Tile = 32, Columns = 32 }, SheetFormat.Png));

        var all = layer with { Channels = ChannelSet.All(5000) };
        Assert.Contains("Expected at most 4,096: choose some with --channels", new SheetBuilder(large.Store, new(large.Plan with { Layers = [all] }, []), new()).ProblemWith(all, [SheetFormat.Pdf]), StringComparison.Ordinal);
    }

    private SheetBuilder Builder(SheetOptions options) => new(_sample.Store, _sample.Sweep, options);

    private Task<WrittenSheet> WriteAsync(SheetOptions options, params SheetFormat[] formats) => Builder(options).WriteAsync(Layer, formats, Folder, Token);

    private async Task<XDocument> SvgAsync(SheetOptions options) => XDocument.Load((await WriteAsync(options, SheetFormat.Svg)).Files[0].Path);

    private BlobPath PathOf(int channel) => new(_sample.Entries.Single(entry => entry.Channel == channel).Picture!);

    private Picture StoredPicture(int channel) => PngCodec.Decode(File.ReadAllBytes(_sample.FileOf(PathOf(channel)))).Picture;

    private static async Task<List<byte[]>> ReadAsync(WrittenSheet written)
    {
        var contents = new List<byte[]>();
        foreach (var file in written.Files)
        {
            contents.Add(await File.ReadAllBytesAsync(file.Path, Token));
        }

        return contents;
    }

    private static List<XElement> Images(XDocument svg) => [.. svg.Descendants(Svg + "image")];

    private static byte[] PictureOf(XElement image) => Convert.FromBase64String(((string)image.Attribute(XLink + "href")!)["data:image/png;base64,".Length..]);

    private static (byte Red, byte Green, byte Blue) Pixel(Picture picture, int x, int y)
        => picture.Rgb.Span.Slice(3 * ((y * picture.Width) + x), 3) is var rgb ? (rgb[0], rgb[1], rgb[2]) : default;

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}

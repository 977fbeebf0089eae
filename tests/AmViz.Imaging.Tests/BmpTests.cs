using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class BmpTests
{
    private static readonly byte[] Red = [255, 0, 0];
    private static readonly byte[] Green = [0, 255, 0];
    private static readonly byte[] Blue = [0, 0, 255];
    private static readonly byte[] White = [255, 255, 255];

    /// <summary>Blue, green, red, white.</summary>
    private static readonly byte[] Palette = [255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 255, 255, 255, 0];

    /// <summary>Each is the picture [red, green; blue, white].</summary>
    public static TheoryData<string, byte[]> Files => new()
    {
        { "24 bits", BmpFile.Make(2, 2, 24, [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0]) },
        { "24 bits, top-down", BmpFile.Make(2, -2, 24, [0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0]) },
        { "24 bits of OS/2", BmpFile.MakeOld(2, 2, [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0]) },
        { "32 bits, the fourth byte unused", BmpFile.Make(2, 2, 32, [255, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0]) },
        { "8 bits", BmpFile.Make(2, 2, 8, [0, 3, 0, 0, 2, 1, 0, 0], Palette) },
        { "4 bits", BmpFile.Make(2, 2, 4, [0x03, 0, 0, 0, 0x21, 0, 0, 0], Palette) },
        { "16 bits, 5-5-5", BmpFile.Make(2, 2, 16, [0x1F, 0x00, 0xFF, 0x7F, 0x00, 0x7C, 0xE0, 0x03]) },
        { "16 bits, 5-6-5", BmpFile.Make(2, 2, 16, [0x1F, 0x00, 0xFF, 0xFF, 0x00, 0xF8, 0xE0, 0x07], [0, 0xF8, 0, 0, 0xE0, 7, 0, 0, 0x1F, 0, 0, 0], compression: 3) },
        { "RLE8", BmpFile.Make(2, 2, 8, [1, 0, 1, 3, 0, 0, 1, 2, 1, 1, 0, 1], Palette, compression: 1) },
        { "RLE4", BmpFile.Make(2, 2, 4, [2, 0x03, 0, 0, 2, 0x21, 0, 1], Palette, compression: 2) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryKindIsRead(string kind, byte[] file)
    {
        var picture = PictureLoader.Load(file);
        Assert.True((byte[])[.. Red, .. Green, .. Blue, .. White] is var expected && expected.SequenceEqual(picture.Rgb.ToArray()), $"{kind}: {Convert.ToHexString(picture.Rgb.Span)}");
        Assert.Equal((2, 2), (picture.Width, picture.Height));
    }

    [Fact]
    public void OneBitHasTwoColoursOfAPalette()
        => Assert.Equal([.. Blue, .. Green, .. Blue], PictureLoader.Load(BmpFile.Make(3, 1, 1, [0b0100_0000, 0, 0, 0], Palette[..8])).Rgb.ToArray());

    [Fact]
    public void PixelsThatARunLengthEncodingSkipsShowTheBackground()
    {
        // One blue pixel, then the end of the picture.
        var file = BmpFile.Make(2, 1, 8, [1, 0, 0, 1], Palette, compression: 1);
        Assert.Equal([.. Blue, 255, 255, 255], PictureLoader.Load(file).Rgb.ToArray());
        Assert.Equal([.. Blue, 0, 0, 0], PictureLoader.Load(file, Background.Black).Rgb.ToArray());
    }

    [Fact]
    public void EveryPictureComesBackUnchanged()
        => TestPictures.Any.Sample(picture => Assert.True(picture.Rgb.Span.SequenceEqual(PictureLoader.Load(BmpFile.Of(picture)).Rgb.Span)), iter: 100);

    [Fact]
    public void AFileThatEndsTooEarlySaysSo()
    {
        var whole = BmpFile.Of(TestPictures.Formula(9, 9));
        Gen.Int[54, whole.Length - 1].Sample(
            length => Assert.EndsWith(
                "is damaged: it ends before its last row. Expected a whole BMP; fetch or save it again.",
                Assert.Throws<CorruptPictureException>(() => PictureLoader.Load(whole[..length])).Message, StringComparison.Ordinal),
            iter: 100);
    }

    [Fact]
    public void AHeaderThatClaimsMuchTakesNoMemory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tooLarge = Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(BmpFile.Make(40_000, 40_000, 24, [])));
        Assert.Contains("40000 x 40000 pixels; expected at most 100000000", tooLarge.Message, StringComparison.Ordinal);
        Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(BmpFile.Make(40_000, -40_000, 8, [0, 1], Palette, compression: 1)));
        Assert.Throws<CorruptPictureException>(() => PictureLoader.Load(BmpFile.Make(9_999, 9_999, 24, [])));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }
}

using System.Buffers.Binary;
using NetVips;

namespace AmViz.Imaging.Tests;

public sealed class TiffAndGifTests
{
    private static readonly Picture Sample = TestPictures.Formula(40, 30);

    public static TheoryData<Enums.ForeignTiffCompression, bool, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<Enums.ForeignTiffCompression, bool, bool>();
            foreach (var compression in (Enums.ForeignTiffCompression[])
                [Enums.ForeignTiffCompression.None, Enums.ForeignTiffCompression.Lzw, Enums.ForeignTiffCompression.Deflate, Enums.ForeignTiffCompression.Packbits])
            {
                kinds.Add(compression, false, false);
                kinds.Add(compression, true, false);
                kinds.Add(compression, false, true);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TiffWithoutLossComesBackUnchanged(Enums.ForeignTiffCompression compression, bool isTiled, bool isBig)
    {
        using var image = VipsRuntime.ToImage(Sample);
        Assert.Equal(Sample.Rgb.ToArray(), PictureLoader.Load(image.TiffsaveBuffer(compression: compression, tile: isTiled, tileWidth: 16, tileHeight: 16, bigtiff: isBig)).Rgb.ToArray());
    }

    [Fact]
    public void TiffCompressedAsJpegComesClose()
    {
        using var image = VipsRuntime.ToImage(TestPictures.Grating(64, 30, 0.05));
        var loaded = PictureLoader.Load(image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg, q: 95));
        Assert.InRange(PictureComparison.Of(TestPictures.Grating(64, 30, 0.05), loaded).MeanDifference, 0, 4);
    }

    [Fact]
    public void TiffOfOneBitAndOfGreyBecomesRgb()
    {
        using var grey = Image.NewFromMemory(new byte[] { 0, 77, 255, 10 }, 4, 1, 1, Enums.BandFormat.Uchar);
        Assert.Equal([0, 0, 0, 77, 77, 77, 255, 255, 255, 10, 10, 10], PictureLoader.Load(grey.TiffsaveBuffer()).Rgb.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0], PictureLoader.Load(grey.TiffsaveBuffer(bitdepth: 1)).Rgb.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0], PictureLoader.Load(grey.TiffsaveBuffer(bitdepth: 1, compression: Enums.ForeignTiffCompression.Ccittfax4)).Rgb.ToArray());
    }

    [Fact]
    public void TiffOfSixteenBitsBecomesTheHighEight()
    {
        using var deep = Image.NewFromMemory(new ushort[] { 0x1234, 0x80FF, 0xFFFF }, 1, 1, 3, Enums.BandFormat.Ushort);
        using var tagged = deep.Copy(interpretation: Enums.Interpretation.Rgb16);
        Assert.Equal([0x12, 0x80, 0xFF], PictureLoader.Load(tagged.TiffsaveBuffer()).Rgb.ToArray());
    }

    [Theory]
    [InlineData(1, Enums.Interpretation.Bw)]
    [InlineData(3, Enums.Interpretation.Srgb)]
    public void FloatingPointFromZeroToOneIsTakenAsPicture(int bands, Enums.Interpretation interpretation)
    {
        using var image = Floats([0, 0.5f, 1], bands, interpretation);
        var expected = new byte[] { 0, 128, 255 };
        Assert.Equal(bands == 3 ? expected : [.. expected.SelectMany(value => new[] { value, value, value })], PictureLoader.Load(image.TiffsaveBuffer()).Rgb.ToArray());
    }

    [Theory]
    [InlineData(-0.5f, "has floating-point samples from -0.5 to 1; expected 0 (black) to 1 (white). Divide them, or convert it to 8 or 16 bits.")]
    [InlineData(200f, "has floating-point samples from 0 to 200; expected 0 (black) to 1 (white).")]
    [InlineData(float.NaN, "has samples that are not numbers (NaN).")]
    public void OtherFloatingPointIsRefused(float value, string expected)
    {
        using var image = Floats([0, value, 1], 1, Enums.Interpretation.Bw);
        Assert.Contains(expected, Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(image.TiffsaveBuffer())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NumbersWithASignAreRefused()
    {
        using var image = Image.NewFromMemory(new short[] { -5, 0, 300 }, 3, 1, 1, Enums.BandFormat.Short);
        Assert.Contains("samples of kind Short", Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(image.TiffsaveBuffer())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreSamplesThanAPictureHasAreRefused()
    {
        using var image = Image.NewFromMemory(new byte[7 * 64], 8, 8, 7, Enums.BandFormat.Uchar);
        Assert.Contains("has 7 samples a pixel", Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(image.TiffsaveBuffer())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CmykOfTiffIsThatOfJpeg()
    {
        using var cmyk = Image.NewFromMemory(Enumerable.Range(0, 16 * 16).SelectMany(_ => new byte[] { 0, 255, 255, 0 }).ToArray(), 16, 16, 4, Enums.BandFormat.Uchar);
        using var tagged = cmyk.Copy(interpretation: Enums.Interpretation.Cmyk);
        var red = PictureLoader.Load(tagged.TiffsaveBuffer());
        Assert.InRange(red.Rgb.Span[0], 200, 255);
        Assert.InRange(red.Rgb.Span[1], 0, 60);
        Assert.InRange(PictureComparison.Of(red, PictureLoader.Load(tagged.JpegsaveBuffer(q: 100))).MeanDifference, 0, 4);
    }

    [Fact]
    public void TransparencyOfTiffShowsTheBackground()
    {
        using var image = Image.NewFromMemory(new byte[] { 200, 100, 50, 0, 10, 20, 30, 255 }, 2, 1, 4, Enums.BandFormat.Uchar);
        using var tagged = image.Copy(interpretation: Enums.Interpretation.Srgb);
        Assert.Equal([255, 255, 255, 10, 20, 30], PictureLoader.Load(tagged.TiffsaveBuffer()).Rgb.ToArray());
    }

    [Fact]
    public void TheOrientationOfTiffIsApplied()
    {
        using var image = VipsRuntime.ToImage(TestPictures.Draw(32, 16, (x, _) => x < 16 ? (255, 255, 255) : (0, 0, 0)));
        using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
        var loaded = PictureLoader.Load(turned.TiffsaveBuffer());
        Assert.Equal((16, 32, 255, 0), (loaded.Width, loaded.Height, loaded.Rgb.Span[0], loaded.Rgb.Span[^1]));
    }

    [Fact]
    public void OfSeveralPagesTheFirstIsSeenAndSaid()
    {
        using var image = VipsRuntime.ToImage(Sample);
        using var turned = image.Rot(Enums.Angle.D180);
        using var both = image.Join(turned, Enums.Direction.Vertical);
        var loaded = ReadFile(both.TiffsaveBuffer(pageHeight: Sample.Height));
        Assert.Equal(Sample.Rgb.ToArray(), loaded.Picture.Rgb.ToArray());
        Assert.Equal(2, loaded.FrameCount);
        Assert.EndsWith("holds 2 pictures (frames or pages); only the first is seen.", Assert.Single(loaded.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void OfAnAnimationTheFirstFrameIsSeenAndSaid()
    {
        using var image = VipsRuntime.ToImage(TestPictures.Draw(16, 16, (_, _) => (255, 0, 0)));
        using var other = VipsRuntime.ToImage(TestPictures.Draw(16, 16, (_, _) => (0, 0, 255)));
        using var both = image.Join(other, Enums.Direction.Vertical);
        using var animation = both.Mutate(m => m.Set(GValue.GIntType, "page-height", 16));
        foreach (var file in new[] { animation.GifsaveBuffer(), animation.WebpsaveBuffer(lossless: true) })
        {
            var loaded = ReadFile(file);
            Assert.Equal((16, 16, 2), (loaded.Picture.Width, loaded.Picture.Height, loaded.FrameCount));
            Assert.Equal([255, 0, 0], loaded.Picture.Rgb[..3].ToArray());
            Assert.Single(loaded.Notes);
        }

        var still = ReadFile(image.GifsaveBuffer());
        Assert.Equal((1, 0), (still.FrameCount, still.Notes.Count));
    }

    [Fact]
    public void TransparencyOfGifShowsTheBackground()
    {
        using var image = Image.NewFromMemory(new byte[] { 200, 100, 50, 0, 10, 20, 30, 255 }, 2, 1, 4, Enums.BandFormat.Uchar);
        using var tagged = image.Copy(interpretation: Enums.Interpretation.Srgb);
        var file = tagged.GifsaveBuffer();
        Assert.Equal([255, 255, 255, 10, 20, 30], PictureLoader.Load(file).Rgb.ToArray());
        Assert.Equal([0, 0, 0], PictureLoader.Load(file, Background.Black).Rgb[..3].ToArray());
    }

    [Fact]
    public void SizesThatNobodyDecodesAreRefused()
    {
        using var image = VipsRuntime.ToImage(TestPictures.Plain(1, 1, 0));
        Assert.Contains("40000 x 40000", Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(LargeGif(40_000))).Message, StringComparison.Ordinal);

        var tiff = image.TiffsaveBuffer();
        Assert.True(TrySetTag(tiff, 256, 40_000) && TrySetTag(tiff, 257, 40_000));
        Assert.Contains("40000 x 40000", Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(tiff)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATiffOfAKindThatIsNotReadIsNotCalledDamaged()
    {
        using var image = VipsRuntime.ToImage(Sample);
        var tiff = image.TiffsaveBuffer();
        const int compression = 259;
        const ushort zstandard = 50000;
        Assert.True(TrySetTag(tiff, compression, zstandard));
        var error = Assert.Throws<CorruptPictureException>(() => PictureLoader.Load(tiff));
        Assert.Contains("is damaged, or a TIFF of a kind that is not read: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("or convert it to PNG.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATagThatNobodyKnowsIsNoDamage()
    {
        using var image = VipsRuntime.ToImage(Sample);
        var tiff = image.TiffsaveBuffer();
        const int sampleFormat = 339;
        Assert.True(TrySetTag(tiff, sampleFormat, 1) && TryRenameTag(tiff, sampleFormat, 65_000));
        Assert.Equal(Sample.Rgb.ToArray(), PictureLoader.Load(tiff).Rgb.ToArray());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void AFileThatEndsTooEarlyIsNeverHalfAPicture(double part)
    {
        using var image = VipsRuntime.ToImage(TestPictures.Formula(200, 150));
        foreach (var file in new[] { image.GifsaveBuffer(), image.TiffsaveBuffer() })
        {
            Assert.Throws<CorruptPictureException>(() => PictureLoader.Load(file[..(int)(part * file.Length)]));
        }
    }

    /// <summary>A GIF whose screen and only frame have <paramref name="side"/> pixels a side, of which one is there.</summary>
    private static byte[] LargeGif(ushort side)
    {
        byte[] size = [(byte)side, (byte)(side >> 8), (byte)side, (byte)(side >> 8)];
        return [.. "GIF89a"u8, .. size, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, .. size, 0, 2, 2, 0x44, 0x01, 0, 0x3B];
    }

    /// <summary>Sets a number of the first directory.</summary>
    private static bool TrySetTag(byte[] tiff, int tag, ushort value) => TryWrite(tiff, tag, offset: 8, value);

    private static bool TryRenameTag(byte[] tiff, int tag, ushort name) => TryWrite(tiff, tag, offset: 0, name);

    private static bool TryWrite(byte[] tiff, int tag, int offset, ushort value)
    {
        var directory = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4));
        for (var i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(directory)); i++)
        {
            var entry = tiff.AsSpan(directory + 2 + (12 * i));
            if (BinaryPrimitives.ReadUInt16LittleEndian(entry) == tag)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(entry[offset..], value);
                return true;
            }
        }

        return false;
    }

    private static Image Floats(float[] values, int bands, Enums.Interpretation interpretation)
    {
        using var image = Image.NewFromMemory(values, values.Length / bands, 1, bands, Enums.BandFormat.Float);
        return image.Copy(interpretation: interpretation);
    }

    private static LoadedPicture ReadFile(byte[] bytes)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(file, bytes);
        try
        {
            return PictureLoader.Read(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

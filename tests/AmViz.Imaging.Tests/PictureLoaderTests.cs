using System.Buffers.Binary;
using System.IO.Hashing;
using CsCheck;
using NetVips;

namespace AmViz.Imaging.Tests;

public sealed class PictureLoaderTests
{
    [Fact]
    public void GreyBecomesRgb()
    {
        using var grey = Image.NewFromMemory(new byte[] { 0, 77, 255, 10 }, 2, 2, 1, Enums.BandFormat.Uchar);

        var picture = PictureLoader.Load(grey.PngsaveBuffer());

        Assert.Equal([0, 0, 0, 77, 77, 77, 255, 255, 255, 10, 10, 10], picture.Rgb.ToArray());
    }

    [Fact]
    public void SixteenBitsBecomeTheHighEight()
    {
        using var deep = Image.NewFromMemory(new ushort[] { 0x1234, 0x80FF, 0xFFFF }, 1, 1, 3, Enums.BandFormat.Ushort);
        using var tagged = deep.Copy(interpretation: Enums.Interpretation.Rgb16);

        Assert.Equal([0x12, 0x80, 0xFF], PictureLoader.Load(tagged.PngsaveBuffer(bitdepth: 16)).Rgb.ToArray());
    }

    [Theory]
    [InlineData(Background.White, new byte[] { 255, 255, 255, 10, 20, 30 })]
    [InlineData(Background.Black, new byte[] { 0, 0, 0, 10, 20, 30 })]
    public void TransparencyShowsTheBackground(Background background, byte[] expected)
    {
        using var image = Image.NewFromMemory(new byte[] { 200, 100, 50, 0, 10, 20, 30, 255 }, 2, 1, 4, Enums.BandFormat.Uchar);
        using var tagged = image.Copy(interpretation: Enums.Interpretation.Srgb);

        Assert.Equal(expected, PictureLoader.Load(tagged.PngsaveBuffer(), background).Rgb.ToArray());
    }

    [Fact]
    public void TheRotationNotedByACameraIsApplied()
    {
        var picture = TestPictures.Draw(32, 16, (x, _) => x < 16 ? (255, 255, 255) : (0, 0, 0));
        using var image = VipsRuntime.ToImage(picture);
        const int quarterTurnClockwise = 6;
        using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", quarterTurnClockwise));

        var loaded = PictureLoader.Load(turned.JpegsaveBuffer(q: 95));

        Assert.Equal((16, 32), (loaded.Width, loaded.Height));
        Assert.True(loaded.Rgb.Span[0] > 240, "the left half of the stored picture must be the top half of the shown one");
        Assert.True(loaded.Rgb.Span[^1] < 15);
    }

    [Fact]
    public void LossyFormatsComeCloseAndAreToldByContentNotByName()
    {
        var picture = TestPictures.Grating(64, 30, 0.05);
        using var image = VipsRuntime.ToImage(picture);
        byte[][] files = [image.JpegsaveBuffer(q: 95), image.WebpsaveBuffer(q: 95), image.WebpsaveBuffer(lossless: true), WebpCodec.Encode(picture), WebpCodec.Encode(picture, isQuick: true)];

        foreach (var bytes in files)
        {
            var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".png");
            File.WriteAllBytes(file, bytes);
            try
            {
                Assert.InRange(PictureComparison.Of(picture, PictureLoader.Load(file)).MeanDifference, 0, 4);
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    [Fact]
    public void APictureTooLargeIsRefusedBeforeItIsDecoded()
    {
        // A small file whose header claims 60,000 x 60,000 pixels, 10 GB.
        var bomb = PngCodec.Encode(TestPictures.Plain(1, 1, 0));
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc32.HashToUInt32(bomb.AsSpan(12, 17)));

        var error = Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(bomb));

        Assert.Contains("60000 x 60000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoiseIsRefused() =>
        Gen.Byte.Array[0, 64].Sample(bytes => Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(bytes)));

    [Theory]
    [InlineData(64, 0, "is transparent everywhere; only the background is seen.")]
    [InlineData(3, 255, "is only 3 x 3 pixels.")]
    [InlineData(64, 1, null)]
    public void WhatIsHardlyAPictureIsReadAndNoted(int side, byte opacity, string? expected)
    {
        using var image = Image.NewFromMemory([.. Enumerable.Repeat(new byte[] { 9, 99, 199, opacity }, side * side).SelectMany(pixel => pixel)], side, side, 4, Enums.BandFormat.Uchar);
        using var tagged = image.Copy(interpretation: Enums.Interpretation.Srgb);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        tagged.Pngsave(file);
        try
        {
            var notes = PictureLoader.Read(file).Notes;
            Assert.Equal(expected is null ? [] : [$"{file} {expected}"], notes);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AMissingFileSaysSoAsAnyOtherFileDoes() =>
        Assert.Throws<FileNotFoundException>(() => PictureLoader.Load("no-such-picture.png"));
}

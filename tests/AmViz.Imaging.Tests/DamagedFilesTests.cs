using System.Diagnostics;
using CsCheck;
using NetVips;

namespace AmViz.Imaging.Tests;

/// <summary>A thousand damaged files of each format: a sentence or a picture, and never more memory than is said.</summary>
public sealed class DamagedFilesTests
{
    private const int Files = 1_000;

    /// <summary>What a hundred million pixels may take while they are decoded, see <see cref="PictureLoader"/>: 7 bytes each, and what the tests beside this one take.</summary>
    private const long MostMemory = (7L * PictureLoader.MaxPixelCount) + (200L << 20);

    public static TheoryData<string> Formats => ["bmp", "bmp rle", "bmp palette", "tiff", "tiff lzw", "tiff jpeg", "tiff tiled", "tiff pages", "gif", "gif animated", "png", "jpeg", "webp"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void NothingButAnImagingExceptionComesOfThem(string format)
    {
        var file = Make(format);
        Assert.NotNull(PictureLoader.Load(file));
        var before = Process.GetCurrentProcess().PeakWorkingSet64;
        var refused = 0;
        Gen.Select(Damage(file.Length), Gen.Int[0, 3]).Sample(
            (damage, kind) =>
            {
                var damaged = kind == 0 ? file[..damage[0].At] : (byte[])file.Clone();
                foreach (var (at, value) in kind == 0 ? [] : damage)
                {
                    damaged[at] = value;
                }

                var error = Record.Exception(() => PictureLoader.Load(damaged));
                Assert.True(error is null or ImagingException, error?.ToString());
                Assert.DoesNotContain(error?.Message ?? "", char.IsControl);
                Interlocked.Add(ref refused, error is null ? 0 : 1);
            },
            iter: Files,
            threads: 1);
        Assert.InRange(refused, Files / 10, Files);
        // The kernel sums its counters of pages now and then: a peak may come out some pages below one that was read before.
        var grown = Process.GetCurrentProcess().PeakWorkingSet64 - before;
        Assert.True(grown <= MostMemory, $"The process grew by {grown:N0} bytes; at most {MostMemory:N0} were expected.");
    }

    /// <summary>A few bytes elsewhere; half of the places are in the first 64 bytes, where the sizes are, or in the last, where TIFF has its directory.</summary>
    private static Gen<(int At, byte Value)[]> Damage(int length)
        => Gen.Select(Gen.OneOf(Gen.Int[0, length - 1], Gen.Int[2, Math.Min(63, length - 1)], Gen.Int[Math.Max(0, length - 200), length - 1]), Gen.OneOf(Gen.Byte, Gen.OneOf(Gen.Const<byte>(0), Gen.Const<byte>(1), Gen.Const<byte>(127), Gen.Const<byte>(255)))).Array[1, 6];

    private static byte[] Make(string format)
    {
        var picture = TestPictures.Formula(24, 24);
        using var image = VipsRuntime.ToImage(picture);
        using var pages = image.Join(image, Enums.Direction.Vertical);
        using var animation = pages.Mutate(m => m.Set(GValue.GIntType, "page-height", 24));
        return format switch
        {
            "bmp" => BmpFile.Of(picture),
            "bmp rle" => BmpFile.Make(24, 24, 8, [.. Enumerable.Range(0, 24).SelectMany(y => (byte[])[12, (byte)y, 0, 3, 1, 2, 3, 0, 9, 7, 0, 0]), 0, 1], [.. Enumerable.Range(0, 1024).Select(i => (byte)i)], compression: 1),
            "bmp palette" => BmpFile.Make(24, 24, 4, [.. Enumerable.Range(0, 24 * 12).Select(i => (byte)i)], [.. Enumerable.Range(0, 64).Select(i => (byte)(4 * i))]),
            "tiff" => image.TiffsaveBuffer(),
            "tiff lzw" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, predictor: Enums.ForeignTiffPredictor.Horizontal),
            "tiff jpeg" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg),
            "tiff tiled" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate, tile: true, tileWidth: 16, tileHeight: 16),
            "tiff pages" => animation.TiffsaveBuffer(pageHeight: 24),
            "gif" => image.GifsaveBuffer(),
            "gif animated" => animation.GifsaveBuffer(),
            "png" => image.PngsaveBuffer(),
            "jpeg" => image.JpegsaveBuffer(),
            _ => image.WebpsaveBuffer(),
        };
    }
}

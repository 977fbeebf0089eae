using System.Text.Json;
using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class PngCodecTests
{
    private const string RecordKey = "amviz:record";

    private static readonly Gen<Dictionary<string, string>> AnyText = Gen.Dictionary(
        Gen.Char['!', '~'].Array[3, 79].Select(chars => new string(chars)),
        Gen.Char['\u0001', '\u007f'].Array[0, 300].Select(chars => new string(chars)))[0, 20];

    [Fact]
    public void PixelsAndTextComeBackAsTheyWere() =>
        Gen.Select(TestPictures.Any, AnyText).Sample((picture, text) =>
        {
            var (decoded, decodedText) = PngCodec.Decode(PngCodec.Encode(picture, text));

            Assert.Equal((picture.Width, picture.Height), (decoded.Width, decoded.Height));
            Assert.True(decoded.Rgb.Span.SequenceEqual(picture.Rgb.Span));
            Assert.Equal(text.OrderBy(e => e.Key, StringComparer.Ordinal), decodedText.OrderBy(e => e.Key, StringComparer.Ordinal));
        });

    [Fact]
    public void TheSamePictureAndTextGiveTheSameBytesWhateverTheOrder()
    {
        var picture = TestPictures.Formula(64, 48);
        var one = PngCodec.Encode(picture, new Dictionary<string, string>(StringComparer.Ordinal) { ["one"] = "1", ["two"] = "2" });
        var other = PngCodec.Encode(picture, new Dictionary<string, string>(StringComparer.Ordinal) { ["two"] = "2", ["one"] = "1" });

        Assert.Equal(one, other);
    }

    [Fact]
    public void ManyThreadsEncodeTheSameBytes()
    {
        var picture = TestPictures.Formula(64, 64);
        var expected = PngCodec.Encode(picture);

        Parallel.For(0, 64, _ => Assert.Equal(expected, PngCodec.Encode(picture)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    [InlineData(500_000)]
    public void ARecordOfAnyLengthIsFoundByAnotherReaderBeforeThePixels(int length)
    {
        var values = Enumerable.Range(0, length / 10).Select(i => Math.Sin(i));
        var record = JsonSerializer.Serialize(new { layer = "конв/<1>", trajectory = values });
        var png = PngCodec.Encode(TestPictures.Formula(32, 32), new Dictionary<string, string>(StringComparer.Ordinal) { [RecordKey] = record });

        var chunks = PngChunks.Of(png);

        Assert.Equal(record, chunks.Text[RecordKey]);
        Assert.Equal(record, PngCodec.ReadText(png)[RecordKey]);
        Assert.True(chunks.Types.ToList().FindIndex(t => t is "tEXt" or "zTXt") < chunks.Types.ToList().IndexOf("IDAT"));
        Assert.DoesNotContain("eXIf", chunks.Types);
        Assert.DoesNotContain("tIME", chunks.Types);
    }

    [Fact]
    public void TextIsReadFromAStreamThatLacksThePixels()
    {
        var picture = TestPictures.Formula(40, 40);
        var png = PngCodec.Encode(picture, new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = "value" });
        using var beginning = new MemoryStream(png[..(png.Length / 2)]);

        Assert.Equal("value", PngCodec.ReadText(beginning)["key"]);
        Assert.Equal("value", PngCodec.ReadText(png[..(png.Length / 2)])["key"]);
        Assert.Throws<CorruptPictureException>(() => PngCodec.Decode(png[..(png.Length / 2)]));
    }

    [Fact]
    public void APngCutAnywhereIsRefusedByNameAndNeverHalfDecoded()
    {
        var png = PngCodec.Encode(TestPictures.Formula(20, 20), new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = new('v', 200) });
        var end = png.Length - 12; // the closing IEND chunk holds nothing

        for (var length = 0; length < end; length++)
        {
            Assert.ThrowsAny<ImagingException>(() => PngCodec.Decode(png[..length]));
        }
    }

    [Fact]
    public void DamagedBytesNeverEndInAnythingButAnImagingException()
    {
        var png = PngCodec.Encode(TestPictures.Formula(20, 20), new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = new('v', 200) });
        var damage = Gen.Select(Gen.Int[8, png.Length - 1], Gen.Byte).Array[1, 4];

        damage.Sample(
            places =>
            {
                var damaged = (byte[])png.Clone();
                foreach (var (at, value) in places)
                {
                    damaged[at] = value;
                }

                var error = Record.Exception(() => PngCodec.Decode(damaged));
                Assert.True(error is null or ImagingException, error?.ToString());
            },
            iter: 1000);
    }

    [Fact]
    public void BytesWithoutTheSignatureAreNoPng() =>
        Gen.Byte.Array[0, 100].Sample(bytes =>
        {
            Assert.Throws<UnsupportedPictureException>(() => PngCodec.Decode(bytes));
            Assert.Throws<UnsupportedPictureException>(() => PngCodec.ReadText(bytes));
            Assert.ThrowsAny<ImagingException>(() => PngCodec.ReadText(new MemoryStream(bytes)));
        });

    [Theory]
    [InlineData("", "v")]
    [InlineData("kk", "v")]
    [InlineData(" key", "v")]
    [InlineData("clé", "v")]
    [InlineData("key", "naïve")]
    [InlineData("key", "a\0b")]
    public void TextThatPngCannotCarryIsRefused(string key, string value) =>
        Assert.Throws<ArgumentException>(() => PngCodec.Encode(
            TestPictures.Plain(1, 1, 0), new Dictionary<string, string>(StringComparer.Ordinal) { [key] = value }));

    [Fact]
    public void MoreTextThanAReaderTakesIsRefused() =>
        Assert.Throws<ArgumentException>(() => PngCodec.Encode(
            TestPictures.Plain(1, 1, 0), Enumerable.Range(0, 21).ToDictionary(i => $"key{i}", _ => "v", StringComparer.Ordinal)));
}

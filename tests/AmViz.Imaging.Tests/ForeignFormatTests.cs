using System.Text;
using CsCheck;

namespace AmViz.Imaging.Tests;

public sealed class ForeignFormatTests
{
    [Theory]
    [InlineData("", "The picture is empty: it has 0 bytes.")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "The picture is HEIC, which is not read. Convert it to PNG, JPEG, WebP, TIFF, GIF or BMP, for instance with 'magick")]
    [InlineData("\0\0\0\u001cftypavif\0\0\0\0", "is AVIF, which is not read")]
    [InlineData("\0\0\0\u001cftypisom\0\0\0\0", "is a film, which is not read")]
    [InlineData("\u00ff\n\0\0", "is JPEG XL")]
    [InlineData("\0\0\0\u000cjP  \r\n", "is JPEG 2000")]
    [InlineData("8BPS\0\u0001", "is a Photoshop document")]
    [InlineData("P6\n2 2\n255\n", "is a Netpbm picture")]
    [InlineData("\0\0\u0001\0\u0001\0", "is a Windows icon")]
    [InlineData("\0\0\u0002\0\0\0\0\0\0\0\0\0", "is neither PNG nor")]
    [InlineData("%PDF-1.4", "is PDF")]
    [InlineData("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "is SVG")]
    [InlineData("hello, this is no picture", "is text, not a picture; it begins with \"hello, this is no picture\". Expected PNG")]
    [InlineData("<!DOCTYPE html><html><body>404 not found</body></html>", "is text, not a picture; it begins with \"<!DOCTYPE html><html><body>404 not found...\".")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a pointer of Git LFS, not the picture itself. Fetch that with 'git lfs pull'.")]
    [InlineData("BM, as letters begin that are no picture", "is text")]
    [InlineData("\u0001\u0002\u0003", "is neither PNG nor JPEG nor WebP nor TIFF nor GIF nor BMP, by its first bytes.")]
    public void AFileThatIsNoPictureOfOursIsNamed(string content, string expected)
        => Assert.Contains(
            expected,
            Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(Encoding.Latin1.GetBytes(content))).Message, StringComparison.Ordinal);

    [Fact]
    public void WhateverTheBytesAreTheSentenceHasNoControlCharacters()
        => Gen.Byte.Array[0, 64].Where(bytes => PictureFormats.Recognise(bytes) == PictureFormat.Unknown).Sample(bytes =>
        {
            var message = Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(bytes)).Message;
            Assert.DoesNotContain(message, char.IsControl);
        });

    [Fact]
    public void AFolderInsteadOfAFileIsSaid()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var error = Assert.Throws<UnsupportedPictureException>(() => PictureLoader.Load(folder));
            Assert.StartsWith($"{folder} is a folder; expected a picture. Name the files in it", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}

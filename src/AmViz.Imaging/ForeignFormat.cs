using System.Text;

namespace AmViz.Imaging;

/// <summary>Says what a file is that is no picture of ours, and what to do about it.</summary>
internal static class ForeignFormat
{
    private const int BytesOfText = 256;
    private const int LettersShown = 40;

    /// <summary>A sentence or two about a file whose format is not read.</summary>
    /// <param name="source">The file, as messages name it.</param>
    /// <param name="bytes">Its content.</param>
    public static string Explain(string source, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return $"{source} is empty: it has 0 bytes. Fetch or save it again.";
        }

        if (Name(bytes) is { } name)
        {
            return $"{source} is {name}, which is not read. Convert it to {PictureFormats.Names}, for instance with 'magick {source} picture.png'.";
        }

        if (bytes.StartsWith("version https://git-lfs"u8))
        {
            return $"{source} is a pointer of Git LFS, not the picture itself. Fetch that with 'git lfs pull'.";
        }

        return TextOf(bytes) is { } text
            ? $"{source} is text, not a picture; it begins with \"{text}\". Expected {PictureFormats.Names}; fetch or save it again."
            : $"{source} is neither {PictureFormats.Names.Replace(", ", " nor ", StringComparison.Ordinal).Replace(" or ", " nor ", StringComparison.Ordinal)}, by its first bytes. Convert it to one of these.";
    }

    private static string? Name(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', var a, var b, var c, var d, ..] => OfBrand(Encoding.Latin1.GetString([a, b, c, d])),
        [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => "JPEG XL",
        [0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "JPEG 2000",
        [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "a Photoshop document",
        [0x76, 0x2F, 0x31, 0x01, ..] => "OpenEXR",
        [(byte)'#', (byte)'?', (byte)'R', (byte)'A', (byte)'D', ..] => "Radiance HDR",
        [0, 0, 1 or 2, 0, not 0, 0, ..] => "a Windows icon",
        [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)'\n' or (byte)' ' or (byte)'\r', ..] => "a Netpbm picture",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "PDF",
        [(byte)'S', (byte)'I', (byte)'M', (byte)'P', (byte)'L', (byte)'E', (byte)' ', ..] => "FITS",
        _ => TextOf(bytes)?.Contains("<svg", StringComparison.OrdinalIgnoreCase) == true ? "SVG" : null,
    };

    private static string OfBrand(string brand) => brand switch
    {
        "avif" or "avis" => "AVIF",
        "heic" or "heix" or "hevc" or "hevx" or "heim" or "heis" or "mif1" or "msf1" => "HEIC",
        "crx " => "a raw photograph of a camera",
        _ => "a film",
    };

    /// <summary>The beginning of what is text throughout; null for bytes.</summary>
    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, BytesOfText)];
        foreach (var value in start)
        {
            if (value is 0x7F || (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r')))
            {
                return null;
            }
        }

        // The last character may have been cut.
        var text = string.Concat(Encoding.UTF8.GetString(start).ReplaceLineEndings(" ").Select(character => char.IsControl(character) ? ' ' : character));
        const int longestCharacter = 3;
        if (text.AsSpan(0, Math.Max(0, text.Length - longestCharacter)).Contains('\uFFFD'))
        {
            return null;
        }

        return text.Length <= LettersShown || text.Contains("<svg", StringComparison.OrdinalIgnoreCase) ? text : text[..LettersShown] + "...";
    }
}

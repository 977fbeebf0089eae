namespace AmViz.Imaging;

/// <summary>Pictures to WebP bytes, for thumbnails: lossy, without text, about a sixth of the PNG.</summary>
public static class WebpCodec
{
    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">The pixels.</param>
    /// <param name="quality">1 (small) to 100 (good); default 80.</param>
    /// <returns>The same bytes for the same picture and quality.</returns>
    public static byte[] Encode(Picture picture, int quality = 80)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);

        using var image = VipsRuntime.ToImage(picture);
        return image.WebpsaveBuffer(q: quality, smartSubsample: true, keep: NetVips.Enums.ForeignKeep.None);
    }
}

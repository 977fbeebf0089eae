namespace AmViz.Imaging;

/// <summary>Takes the colours out of pictures.</summary>
public static class PictureColours
{
    // ITU-R BT.601 in 16 bits, as Pillow's convert("L") has it; they add up to 65,536, so that grey stays as it is.
    private const int Red = 19595;
    private const int Green = 38470;
    private const int Blue = 7471;
    private const int Half = 0x8000;

    /// <summary>The same picture in grey: the luma of ITU-R BT.601, with the bytes that Pillow and torchvision give.</summary>
    public static Picture ToGrey(this Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var rgb = picture.Rgb.Span;
        var grey = new byte[rgb.Length];
        for (var i = 0; i < grey.Length; i += 3)
        {
            grey.AsSpan(i, 3).Fill((byte)(((rgb[i] * Red) + (rgb[i + 1] * Green) + (rgb[i + 2] * Blue) + Half) >> 16));
        }

        return Picture.Own(picture.Width, picture.Height, grey);
    }
}

namespace AmViz.Imaging;

/// <summary>How a picture that is not square becomes one.</summary>
public enum ResizeMode
{
    /// <summary>Both sides are brought to the size, whatever the proportions.</summary>
    Squash,

    /// <summary>The shorter side is brought to the size, then the centre is cut out.</summary>
    CropCenter,
}

/// <summary>Brings pictures to the square input of a network, with the pixels that Pillow would give.</summary>
/// <remarks>
/// Bilinear with antialiasing (Pillow <c>BILINEAR</c>), because the published accuracies and our reference logits were
/// made that way; libvips differs by up to 7 grey levels when it shrinks 224 to 128 pixels.
/// </remarks>
public static class PictureResizing
{
    /// <summary>Resizes to a square.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <param name="mode">What happens to a picture that is not square.</param>
    public static Picture Resize(this Picture picture, int size, ResizeMode mode)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);

        return mode switch
        {
            ResizeMode.Squash => TriangleResampler.Resample(picture, size, size),
            ResizeMode.CropCenter => CropCenter(ShorterSideTo(picture, size), size),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Expected Squash or CropCenter."),
        };
    }

    // The longer side is truncated, as torchvision's Resize(size) does.
    private static Picture ShorterSideTo(Picture picture, int size)
    {
        var shorter = Math.Min(picture.Width, picture.Height);
        return TriangleResampler.Resample(
            picture,
            (int)((long)size * picture.Width / shorter),
            (int)((long)size * picture.Height / shorter));
    }

    // Half a pixel is rounded to even, as torchvision's CenterCrop does.
    private static Picture CropCenter(Picture picture, int size)
    {
        var left = (int)Math.Round((picture.Width - size) / 2.0, MidpointRounding.ToEven);
        var top = (int)Math.Round((picture.Height - size) / 2.0, MidpointRounding.ToEven);
        var rgb = new byte[size * size * 3];
        for (var row = 0; row < size; row++)
        {
            picture.Rgb.Span
                .Slice((((top + row) * picture.Width) + left) * 3, size * 3)
                .CopyTo(rgb.AsSpan(row * size * 3));
        }

        return Picture.Own(size, size, rgb);
    }
}

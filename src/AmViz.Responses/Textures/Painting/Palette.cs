using System.Numerics;

namespace AmViz.Responses.Textures;

/// <summary>Random colours, RGB in [0, 1].</summary>
internal static class Palette
{
    private const float LeastContrast = 0.25f;

    // Rec. 709 weights of red, green and blue in the luminance of a picture.
    private static readonly Vector3 Luminance = new(0.2126f, 0.7152f, 0.0722f);

    /// <summary>Two colours whose luminances differ by at least a quarter; which one is lighter is left to chance.</summary>
    public static (Vector3 Background, Vector3 Foreground) Contrasting(TextureRandom random)
    {
        while (true)
        {
            Vector3 background = Any(random), foreground = Any(random);
            if (MathF.Abs(Vector3.Dot(Luminance, background - foreground)) >= LeastContrast)
            {
                return (background, foreground);
            }
        }
    }

    /// <summary>A colour of the given hue in degrees (0 red, 60 yellow, 120 green, 240 blue).</summary>
    public static Vector3 FromHue(float degrees, float saturation, float brightness)
    {
        Vector3 pure = new(Ramp(degrees, 0), Ramp(degrees, 240), Ramp(degrees, 120));
        return brightness * Vector3.Lerp(Vector3.One, pure, saturation);
    }

    private static Vector3 Any(TextureRandom random)
        => new(random.Between(0, 1), random.Between(0, 1), random.Between(0, 1));

    // 1 within 60 degrees of the primary, falling to 0 at 120 degrees from it.
    private static float Ramp(float degrees, float shift)
        => Math.Clamp(2f - MathF.Abs(Shaping.Wrap(degrees + shift, 360)) / 60f, 0f, 1f);
}

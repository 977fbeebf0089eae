namespace AmViz.Responses.Textures;

/// <summary>Small functions that turn distances and waves into values between 0 (background) and 1 (foreground).</summary>
internal static class Shaping
{
    /// <summary>How much of a pixel lies inside an edge: 1 from half a pixel inside on, 0 from half a pixel outside on.</summary>
    /// <param name="pixelsInside">Distance to the edge in pixels, positive inside.</param>
    public static float Cover(float pixelsInside) => Math.Clamp(0.5f + pixelsInside, 0f, 1f);

    /// <summary>A wave in [-1, 1] as a value; steepness 1 keeps the sine, larger ones flatten it towards two tones.</summary>
    public static float Wave(float wave, float steepness) => 0.5f + 0.5f * Math.Clamp(wave * steepness, -1f, 1f);

    /// <summary>3 t^2 - 2 t^3 on [0, 1].</summary>
    public static float SmoothStep(float t) => t * t * (3f - 2f * t);

    /// <summary>Distance from <paramref name="value"/> to the nearest whole number, in [0, 0.5].</summary>
    public static float ToWhole(float value) => MathF.Abs(value - MathF.Round(value));

    /// <summary>Position inside the repeating interval [-period/2, period/2).</summary>
    public static float Wrap(float value, float period) => value - period * MathF.Floor(value / period + 0.5f);

    /// <summary>A wave of period 1 that rises and falls in straight lines between -1 and 1.</summary>
    public static float Zigzag(float value) => 4f * ToWhole(value) - 1f;
}

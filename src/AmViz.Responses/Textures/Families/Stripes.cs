namespace AmViz.Responses.Textures.Families;

/// <summary>Parallel straight stripes.</summary>
/// <param name="LineDegrees">
/// Direction in which the lines run, counter-clockwise from the x axis as a viewer sees the picture (0 lies, 90 stands,
/// 45 rises to the right like a slash).
/// </param>
/// <param name="Period">Distance from line to line in pixels.</param>
/// <remarks>
/// In pixel coordinates (x right, y down) the lines run along (cos T, -sin T), so the wave vector, and with it the peak
/// of the power spectrum, points along (sin T, cos T).
/// </remarks>
internal sealed record Stripes(float LineDegrees, float Period) : TwoToneTexture
{
    private const float TiltDegrees = 6;
    private const float PeriodSpread = 0.12f;

    protected override Pattern DrawPattern(TextureRandom random, int size)
    {
        var radians = (LineDegrees + random.Between(-TiltDegrees, TiltDegrees)) * MathF.PI / 180f;
        var perPixel = MathF.Tau / (Period * random.Between(1 - PeriodSpread, 1 + PeriodSpread));
        float alongX = perPixel * MathF.Sin(radians), alongY = perPixel * MathF.Cos(radians);
        float phase = random.Angle(), steepness = random.Between(1, 3);
        return (x, y) => Shaping.Wave(MathF.Sin(alongX * x + alongY * y + phase), steepness);
    }
}

using System.Numerics;

namespace AmViz.Responses.Textures.Families;

/// <summary>Fades rays out near their centre, where they are finer than pixels.</summary>
internal static class Radius
{
    private const float FinestPeriod = 4; // pixels

    /// <summary>0 at the centre, 1 from the circle on where <paramref name="waves"/> periods are well resolved.</summary>
    public static float Resolved(Vector2 fromCentre, float waves)
        => MathF.Min(1f, fromCentre.Length() * MathF.Tau / (waves * FinestPeriod));
}

namespace AmViz.Maximization;

/// <summary>One finished image of a batch.</summary>
/// <param name="Outcome">Rendered, dead or not finite.</param>
/// <param name="Objective">How it rose.</param>
/// <param name="Planes">Pixels in [0, 1], plane after plane, <c>[C H W]</c>; empty unless rendered.</param>
internal sealed record MaximizedImage(ChannelOutcome Outcome, ObjectiveTrajectory Objective, float[] Planes)
{
    /// <summary>How opaque each pixel is, 0 to 1, <c>[H W]</c>; null unless the recipe asks for it.</summary>
    public float[]? Opacity { get; init; }
}

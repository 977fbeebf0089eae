namespace AmViz.Sweeps;

/// <summary>How the objective rose.</summary>
/// <param name="Kind">What was maximized.</param>
/// <param name="Initial">Objective of the first image, before any step, without transforms.</param>
/// <param name="Final">Objective of the finished picture (before rounding to 8 bits), without transforms.</param>
/// <param name="Points">Objective of the transformed image at every k-th step, as the ascent saw it.</param>
[GenerateSerializer, Immutable, Alias("amviz.ObjectiveTrajectory")]
public sealed record ObjectiveTrajectory(
    [property: Id(0)] ObjectiveKind Kind,
    [property: Id(1)] float Initial,
    [property: Id(2)] float Final,
    [property: Id(3)] IReadOnlyList<TrajectoryPoint> Points);

/// <summary>One recorded step.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Objective">Value at that step.</param>
[GenerateSerializer, Immutable, Alias("amviz.TrajectoryPoint")]
public readonly record struct TrajectoryPoint([property: Id(0)] int Step, [property: Id(1)] float Objective);

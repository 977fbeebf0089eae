namespace AmViz.Drawing;

/// <summary>How far a drawing is.</summary>
/// <param name="Done">Pictures that are finished.</param>
/// <param name="Pictures">All pictures.</param>
/// <param name="Share">Share of all ascent steps that is done, 0 to 1.</param>
public readonly record struct DrawingProgress(int Done, int Pictures, double Share);

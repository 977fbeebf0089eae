namespace AmViz.Responses;

/// <summary>The task of choosing the right one of two.</summary>
internal static class TwoAlternatives
{
    /// <summary>Of all pairs of a right and a wrong one, the share in which the right one has the larger number; ties count half.</summary>
    /// <param name="right">At least one.</param>
    /// <param name="wrong">At least one.</param>
    /// <returns>0 to 1; 0.5 by chance.</returns>
    public static double Share(IReadOnlyList<double> right, IReadOnlyList<double> wrong)
        => right.SelectMany(_ => wrong, (one, other) => one > other ? 1 : one < other ? 0 : 0.5).Average();
}

namespace AmViz.Sweeps;

/// <summary>One mistake in a spec.</summary>
/// <param name="Path">Where, such as <c>models[0].layers[1].channels</c>.</param>
/// <param name="Message">What was found, what was expected, what to do.</param>
/// <param name="Other">Path of the value that it contradicts; null: it is wrong by itself.</param>
public sealed record SpecProblem(string Path, string Message, string? Other = null);

/// <summary>A spec with mistakes: all of them at once.</summary>
/// <param name="problems">At least one.</param>
public sealed class SpecException(IReadOnlyList<SpecProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Path}: {problem.Message}")))
{
    /// <summary>Every mistake found.</summary>
    public IReadOnlyList<SpecProblem> Problems { get; } = problems;
}

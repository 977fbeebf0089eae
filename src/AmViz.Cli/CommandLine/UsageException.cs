namespace AmViz.Cli.CommandLine;

/// <summary>Something asked for in a way that cannot be done: exit code 2.</summary>
/// <param name="problems">Each: what was found, what was expected, what to do.</param>
internal sealed class UsageException(params IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Every problem found.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

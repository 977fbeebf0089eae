namespace AmViz.Weights;

/// <summary>A weights file, its configuration or its reference is missing, damaged or not of the expected form.</summary>
public sealed class WeightsFormatException : NetworkException
{
    /// <summary>One problem.</summary>
    public WeightsFormatException(string message, Exception? inner = null)
        : base(message, inner) => Problems = [message];

    /// <summary>Several problems of one file, all told at once.</summary>
    /// <param name="subject">The file or folder they were found in.</param>
    /// <param name="problems">One sentence each; at least one.</param>
    public WeightsFormatException(string subject, IReadOnlyList<string> problems)
        : base(problems.Count == 1 ? $"{subject}: {problems[0]}" : $"{subject} has {problems.Count} problems:\n  - {string.Join("\n  - ", problems)}")
        => Problems = problems;

    /// <summary>What was found wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}

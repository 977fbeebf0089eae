namespace AmViz.Cluster.Http;

/// <summary>The JSON of a problem, as RFC 9457 has it.</summary>
/// <param name="Type">URN of its kind: <see cref="TypePrefix"/> and a word.</param>
/// <param name="Title">The kind, for people.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What was found, what was expected, what to do.</param>
/// <param name="Errors">Every mistake by itself, where there are several.</param>
/// <param name="SweepId">The id that the sweep has, where another was given.</param>
public sealed record ProblemDocument(string Type, string Title, int Status, string Detail, IReadOnlyList<string>? Errors = null, SweepId? SweepId = null)
{
    /// <summary>Beginning of every <see cref="Type"/>. It names kinds and leads nowhere.</summary>
    public const string TypePrefix = "urn:amviz:problem:";

    /// <summary>Media type of a problem.</summary>
    public const string MediaType = "application/problem+json";
}

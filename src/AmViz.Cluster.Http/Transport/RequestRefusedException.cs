namespace AmViz.Cluster.Http;

/// <summary>The cluster has answered that it does not do what was asked; asking again does not help.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="kind">Word for the problem, such as <c>role-too-low</c>; null: the answer has none.</param>
/// <param name="message">What was found, what was expected, what to do.</param>
/// <param name="errors">Every mistake by itself, where there are several.</param>
public sealed class RequestRefusedException(int status, string? kind, string message, IReadOnlyList<string>? errors = null) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Word for the problem; null: the answer has none.</summary>
    public string? Kind { get; } = kind;

    /// <summary>Every mistake by itself; empty: the message says it all.</summary>
    public IReadOnlyList<string> Errors { get; } = errors ?? [];
}

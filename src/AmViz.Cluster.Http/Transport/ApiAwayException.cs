namespace AmViz.Cluster.Http;

/// <summary>The cluster, or a proxy before it, asks to be asked again later.</summary>
/// <param name="message">Why.</param>
/// <param name="retryAfter">How much later; null: it does not say.</param>
internal sealed class ApiAwayException(string message, TimeSpan? retryAfter) : Exception(message)
{
    /// <summary>How much later; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

namespace AmViz.Cluster.Silo;

/// <summary>A network on this machine's disk that is what its digest says. While it is held, nobody removes it.</summary>
/// <param name="weights">Path of its weights file.</param>
/// <param name="held">The lock that keeps it.</param>
internal sealed class CachedNetwork(string weights, IDisposable held) : IDisposable
{
    /// <summary>Path of the weights file; its configuration lies beside it.</summary>
    public string Weights => weights;

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}

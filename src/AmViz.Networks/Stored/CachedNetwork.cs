namespace AmViz.Networks;

/// <summary>A network on this machine's disk that is what its digest says. While it is held, nobody removes it.</summary>
/// <param name="folder">The folder of its files, out of which none of them leads.</param>
/// <param name="weights">Path of its weights file.</param>
/// <param name="checkpointKey">Which of several networks in the weights it is; null for the default.</param>
/// <param name="held">The lock that keeps it.</param>
internal sealed class CachedNetwork(string folder, string weights, string? checkpointKey, IDisposable held) : IDisposable
{
    /// <summary>The folder of its files, out of which none of them leads.</summary>
    public string Folder => folder;

    /// <summary>Path of the weights file; its configuration lies beside it.</summary>
    public string Weights => weights;

    /// <summary>Which of several networks in the weights it is; null for the default.</summary>
    public string? CheckpointKey => checkpointKey;

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}

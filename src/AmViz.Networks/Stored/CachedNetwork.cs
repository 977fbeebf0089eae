using AmViz.Models;

namespace AmViz.Networks;

/// <summary>A network on this machine's disk that is what its digest says. While it is held, nobody removes it.</summary>
/// <param name="folder">The folder of its files, out of which none of them leads.</param>
/// <param name="weights">Path of its weights file; its configuration lies beside it.</param>
/// <param name="checkpointKey">Which of several networks in the weights it is; null for the default.</param>
/// <param name="held">The lock that keeps it.</param>
internal sealed class CachedNetwork(string folder, string weights, string? checkpointKey, IDisposable held) : IDisposable
{
    /// <summary>Opens it; no tensor is loaded.</summary>
    /// <param name="model">How to call it.</param>
    /// <param name="weightsDigest">What it must be.</param>
    /// <exception cref="NetworkRefusedException">It is another network.</exception>
    public NetworkSource Open(string model, string weightsDigest)
    {
        var source = NetworkCatalogue.Open(model, weights, checkpointKey, within: folder);
        return source.Description.WeightsDigest == weightsDigest
            ? source
            : throw new NetworkRefusedException($"The weights of '{model}' have SHA-256 {source.Description.WeightsDigest}; expected {weightsDigest}. They changed on the disk this very moment, or its list in the store is that of another network; do not write to the cache, and push the network again.");
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}

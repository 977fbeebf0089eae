using AmViz.Models;
using TorchSharp;

namespace AmViz.Cli.Scoring;

/// <summary>A network with shuffled weights, for renderers.</summary>
/// <param name="source">The network.</param>
/// <param name="shuffle">What of it.</param>
internal sealed class ShuffledNetwork(NetworkSource source, WeightShuffle shuffle) : INetworkSource
{
    /// <inheritdoc/>
    public INetwork Load(string model, string weightsDigest, torch.Device device) => source.Load(device, shuffle: shuffle);
}

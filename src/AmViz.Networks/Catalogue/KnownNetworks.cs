using AmViz.Models;
using TorchSharp;

namespace AmViz.Networks;

/// <summary>The networks that a process was told of.</summary>
/// <param name="sources">Opened networks; only their descriptions are in memory until a renderer loads them.</param>
public sealed class KnownNetworks(IEnumerable<NetworkSource> sources) : INetworkSource
{
    private readonly NetworkSource[] _sources = [.. sources];

    /// <inheritdoc/>
    public INetwork Load(string model, string weightsDigest, torch.Device device)
        => Find(model, weightsDigest).Load(device);

    private NetworkSource Find(string model, string weightsDigest)
        => _sources.FirstOrDefault(source => source.Description.WeightsDigest == weightsDigest)
            ?? throw new UnknownModelException(
                $"'{model}' with weights {weightsDigest} is not known here. "
                + $"Known: {string.Join(", ", _sources.Select(source => $"'{source.Description.Name}' ({source.Description.WeightsDigest})"))}. Give the folder of its weights with --weights.");
}

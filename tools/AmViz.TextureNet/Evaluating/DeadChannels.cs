using AmViz.Models;
using AmViz.TextureNet.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Evaluating;

/// <summary>Channels of a layer that no texture ever lifted above zero.</summary>
/// <param name="Layer">Layer name; its activation after ReLU6 is meant.</param>
/// <param name="Dead">Channels that stayed at zero everywhere.</param>
/// <param name="Channels">Channels in all.</param>
internal sealed record DeadChannels(string Layer, int Dead, int Channels)
{
    /// <summary>Looks at every layer on fresh draws.</summary>
    public static IReadOnlyList<DeadChannels> Count(TrainableNetwork network, int size, int draws, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var highest = new Dictionary<string, Tensor>(StringComparer.Ordinal); // [C] each
        network.ActivationSeen = (layer, activation) =>
        {
            Tensor peak = activation.amax([0, 2, 3]);
            highest[layer] = highest.TryGetValue(layer, out var before) ? before.maximum(peak) : peak;
        };
        using (var source = Evaluation.Source(size, draws, seed))
        {
            foreach (var batch in source.Batches)
                network.forward(batch.PixelTensor()).Dispose();
        }
        network.ActivationSeen = null;
        return [.. highest.Select(entry => new DeadChannels(
            entry.Key, (int)entry.Value.le(0).sum().item<long>(), (int)entry.Value.numel()))];
    }
}

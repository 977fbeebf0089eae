using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models;

/// <summary>Loads networks by what they are known by: a renderer's only way to a network.</summary>
public interface INetworkSource
{
    /// <summary>Loads a network.</summary>
    /// <param name="model">Name under which results are stored.</param>
    /// <param name="weightsDigest">SHA-256 of the weights that are wanted.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="NetworkException">It is not known here, or its weights are others.</exception>
    INetwork Load(string model, string weightsDigest, torch.Device device);
}

using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models;

/// <summary>A network that can be loaded: what it is, before its tensors are read.</summary>
public sealed class NetworkSource
{
    internal NetworkSource(WeightsFolder weights) => Weights = weights;

    /// <summary>Name, layers, labels and provenance.</summary>
    public NetworkDescription Description => Weights.Description;

    /// <summary>Where the weights are.</summary>
    public WeightsFolder Weights { get; }

    /// <summary>Loads the weights; the caller disposes the network.</summary>
    /// <param name="device">Where to compute; null for the CPU.</param>
    /// <param name="type">float32, or float64 to check gradients.</param>
    /// <exception cref="WeightsFormatException">A tensor cannot be used, or the file changed meanwhile.</exception>
    public INetwork Load(torch.Device? device = null, torch.ScalarType type = torch.ScalarType.Float32)
        => Weights.Blueprint switch
        {
            TorchScriptBlueprint program => TorchScriptNetwork.Load(Weights, program, device ?? torch.CPU, type),
            OnnxBlueprint graph => OnnxNetwork.Load(Weights, graph, device ?? torch.CPU, type),
            _ => GraphNetwork.Load(Weights, device ?? torch.CPU, type),
        };
}

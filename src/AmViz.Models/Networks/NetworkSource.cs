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
    /// <param name="shuffle">Weights that change places, to see what depends on them; null: none.</param>
    /// <exception cref="WeightsFormatException">A tensor cannot be used, the file changed meanwhile, or there is nothing to shuffle.</exception>
    public INetwork Load(torch.Device? device = null, torch.ScalarType type = torch.ScalarType.Float32, WeightShuffle? shuffle = null)
        => Weights.Blueprint switch
        {
            TorchScriptBlueprint when shuffle is not null => throw new WeightsFormatException($"'{Description.Name}' is a TorchScript program, whose weights cannot be told by layer and so not be shuffled. Export the network to ONNX."),
            TorchScriptBlueprint program => TorchScriptNetwork.Load(Weights, program, device ?? torch.CPU, type),
            OnnxBlueprint graph => OnnxNetwork.Load(Weights, graph, device ?? torch.CPU, type, shuffle),
            _ => GraphNetwork.Load(Weights, device ?? torch.CPU, type, shuffle),
        };
}

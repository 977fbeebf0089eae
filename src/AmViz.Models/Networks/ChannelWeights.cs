using AmViz.Weights;

namespace AmViz.Models;

/// <summary>A layer whose channels are weighted sums of channels of another.</summary>
/// <param name="Name">As the network lists it.</param>
/// <param name="Channels">How many it has.</param>
/// <param name="From">What its channels are made of: a layer, or a step that is not listed.</param>
/// <param name="Length">Weights of a channel.</param>
/// <param name="IsWhole">Whether each channel is made of all channels of the other layer, so that two of them can be compared weight by weight.</param>
public sealed record WeightedLayer(string Name, int Channels, string From, long Length, bool IsWhole);

/// <summary>The weights that go into the channels of a network, layer by layer.</summary>
/// <remarks>
/// Of a convolution those are its filters, <c>[in, rows, columns]</c> one after the other; of a linear map the rows of its matrix. Behind a convolution batch-norm multiplies
/// them by its factor over its deviation, which turns their sign where the factor is negative. Summands (biases, shifts, positions) are none of them.
/// </remarks>
public sealed class ChannelWeights
{
    private readonly NetworkDescription _network;
    private readonly IReadOnlyList<WeightedLayer> _layers;
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<float[][]>> _read;

    internal ChannelWeights(NetworkDescription network, IReadOnlyList<WeightedLayer> layers, Func<IReadOnlyList<string>, IReadOnlyList<float[][]>> read)
        => (_network, _layers, _read) = (network, layers, read);

    /// <summary>The layers whose channels can be compared by their weights, in the order of computation.</summary>
    public IReadOnlyList<WeightedLayer> Layers => [.. _layers.Where(layer => layer.IsWhole)];

    /// <summary>Finds out where the weights of a network stand; none is read.</summary>
    /// <param name="source">The network.</param>
    /// <exception cref="NoWeightsException">It is a program (TorchScript), whose weights belong to no layer that could be told.</exception>
    public static ChannelWeights Of(NetworkSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Weights.Blueprint switch
        {
            TorchScriptBlueprint => throw new NoWeightsException(
                $"'{source.Description.Name}' is a TorchScript program: which of its weights make which channel stands nowhere. Give the network as a state dict with its architecture, or as ONNX."),
            OnnxBlueprint graph => OnnxWeights.Of(source.Description, graph),
            _ => GraphWeights.Of(source.Weights),
        };
    }

    /// <summary>A layer by its name.</summary>
    /// <param name="layer">As <see cref="NetworkDescription.FindShape"/> takes it.</param>
    /// <exception cref="UnknownLayerException">There is no such layer.</exception>
    /// <exception cref="NoWeightsException">Its channels cannot be compared by weights; the message says why, and names the nearest layer of which they can.</exception>
    public WeightedLayer Find(string layer)
    {
        var name = _network.FindShape(layer).Name;
        return (_layers.FirstOrDefault(one => one.Name == name), Nearest(name)) switch
        {
            ({ IsWhole: true } found, _) => found,
            (_, null) => throw new NoWeightsException($"No layer of '{_network.Name}' has channels that are weighted sums of the same inputs. Compare them by responses or pictures."),
            ({ } parted, { } near) => throw new NoWeightsException($"The channels of '{name}' are made of different channels of '{parted.From}' each, so their weights have nothing in common. The nearest layer whose channels see the same is '{near.Name}'."),
            (null, { } near) => throw new NoWeightsException($"Layer '{name}' has no weights of its own that make its channels. The nearest layer that has them is '{near.Name}'."),
        };
    }

    /// <summary>Reads the weights of layers.</summary>
    /// <param name="layers">Names of some of <see cref="Layers"/>.</param>
    /// <returns>For each layer a row of <see cref="WeightedLayer.Length"/> numbers for each channel.</returns>
    /// <exception cref="WeightsFormatException">A tensor cannot be used, or the file changed meanwhile.</exception>
    public IReadOnlyList<float[][]> Read(IReadOnlyList<string> layers) => _read(layers);

    // In the order of computation the last one before it, else the first one behind it.
    private WeightedLayer? Nearest(string layer)
    {
        var order = _network.LayerShapes.Index().ToDictionary(shape => shape.Item.Name, shape => shape.Index, StringComparer.Ordinal);
        var layers = Layers;
        return layers.LastOrDefault(one => order[one.Name] < order[layer]) ?? (layers is [var first, ..] ? first : null);
    }
}

using System.Collections.Concurrent;
using AmViz.Onnx;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>An ONNX graph that takes pictures: how large they are, which layers it has.</summary>
internal sealed class PictureGraph : IDisposable
{
    // More channels than pictures have; which axis they are on is told by their number.
    private const int MostTold = 4;

    private readonly ConcurrentDictionary<int, IReadOnlyDictionary<string, long[]>?> _shapes = new();
    private readonly Lock _planning = new();
    private readonly OnnxModel _model;
    private IReadOnlyList<Tensor> _own = [];

    private PictureGraph(OnnxModel model, OnnxGraph graph, OnnxValue input, bool isChannelsLast)
    {
        (_model, Graph, IsChannelsLast, Input) = (model, graph, isChannelsLast, input.Name);
        var sizes = input.Sizes!;
        Channels = (int)(isChannelsLast ? sizes[3] : sizes[1])!.Value;
        DeclaredSize = (int?)(isChannelsLast ? sizes[1] ?? sizes[2] : sizes[2] ?? sizes[3]);
        Normalization = InputNormalization.Find(model, Input, Channels);
    }

    /// <summary>What computes.</summary>
    public OnnxGraph Graph { get; }

    /// <summary>Name of the pictures.</summary>
    public string Input { get; }

    /// <summary>Whether pictures are <c>[N, H, W, C]</c>, as in models of TensorFlow.</summary>
    public bool IsChannelsLast { get; }

    /// <summary>Channels of the pictures.</summary>
    public int Channels { get; }

    /// <summary>Side of the pictures that it was exported for; null: any.</summary>
    public int? DeclaredSize { get; }

    /// <summary>The pixels that it takes where it prepares them itself; null: it does not.</summary>
    public Preprocessing? Normalization { get; }

    /// <summary>How many numbers it is made of: all constants that are fractions.</summary>
    public long ParameterCount => _model.Constants.Values.Where(constant => constant.is_floating_point()).Sum(constant => constant.numel());

    /// <summary>Files beside the model that hold tensors.</summary>
    public IReadOnlyList<string> ExternalFiles => _model.ExternalFiles;

    /// <summary>Takes a model for a network of pictures.</summary>
    /// <param name="model">As it was read.</param>
    /// <exception cref="WeightsFormatException">It does not take square pictures in float32.</exception>
    public static PictureGraph Of(OnnxModel model)
    {
        if (model.Inputs is not [var input])
        {
            throw new WeightsFormatException($"{model.Name}: takes {model.Inputs.Count} inputs ({ErrorText.Shorten(string.Join(", ", model.Inputs.Select(one => $"'{one.Name}'")), longest: 300)}); expected one, the pictures. Export the network with the others fixed.");
        }

        var isLast = input.Sizes is [_, null or > MostTold, _, <= MostTold];
        if (input.Sizes is not [_, var second, var third, var fourth] || (isLast ? fourth : second) is not { } channels || channels is < 1 or > NetworkDescription.MostInputChannels)
        {
            throw new WeightsFormatException($"{model.Name}: its input '{ErrorText.Shorten(input.Name)}' is {input.SizesText}; expected pictures, [N, C, H, W] with a fixed number of channels.");
        }

        (var height, var width) = isLast ? (second, third) : (third, fourth);
        if (height is not null && width is not null && height != width)
        {
            throw new WeightsFormatException($"{model.Name}: takes pictures of {height} by {width} pixels; expected square ones. Export the network for square pictures, or with free height and width.");
        }

        if ((height ?? width) is < NetworkDescription.SmallestTrainedSize or > NetworkDescription.LargestSize)
        {
            throw new WeightsFormatException($"{model.Name}: takes pictures of {height ?? width} pixels; expected {NetworkDescription.SmallestTrainedSize} to {NetworkDescription.LargestSize}.");
        }

        if (input.Type is { } type && type != ScalarType.Float32)
        {
            throw new WeightsFormatException($"{model.Name}: computes in {type}; expected Float32. Export the network in float32 (net.float()).");
        }

        // Planning asks for convolutions before anything has set torch up.
        TorchRuntime.ConfigureLibraries();
        return new(model, new OnnxGraph(model), input, isLast);
    }

    /// <summary>The same graph once more, to compute with: the weights are those of this one, plans and what is made of the weights are its own.</summary>
    /// <param name="device">Where to compute.</param>
    public PictureGraph On(Device device) => new(_model, new OnnxGraph(_model, device, isShared: true), _model.Inputs[0], IsChannelsLast);

    /// <summary>The same graph with other weights, to compute with.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="value">The value whose weights are shuffled.</param>
    /// <param name="shuffle">How far down.</param>
    /// <exception cref="WeightsFormatException">There is nothing to shuffle.</exception>
    public PictureGraph Shuffled(Device device, string value, WeightShuffle shuffle)
    {
        var kernels = ShuffleSearch.Find(Graph.MakerOf(value)!, node => node.Inputs.Select(Graph.MakerOf).OfType<OnnxNode>(), node => [.. node.Inputs.Where(IsKernel)], shuffle);
        // No dispose scope of the caller: they are freed with the graph.
        var shuffled = kernels.ToDictionary(name => name, name => ShuffledTensors.Shuffle(_model.Constants[name], name).DetachFromDisposeScope(), StringComparer.Ordinal);
        var model = _model with { Constants = _model.Constants.ToDictionary(constant => constant.Key, constant => shuffled.GetValueOrDefault(constant.Key, constant.Value), StringComparer.Ordinal) };
        return new(model, new OnnxGraph(model, device, isShared: true), model.Inputs[0], IsChannelsLast) { _own = [.. shuffled.Values] };
    }

    /// <summary>Frees what was made of the weights; these are shared.</summary>
    public void Dispose()
    {
        Graph.Dispose();
        foreach (var tensor in _own)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Shape of the input for square pictures.</summary>
    public long[] InputShape(int size, int batch = 1) => IsChannelsLast ? [batch, size, size, Channels] : [batch, Channels, size, size];

    /// <summary>Shape of every value that a picture of a size makes, for one picture; null: the graph cannot take that size.</summary>
    public IReadOnlyDictionary<string, long[]>? Shapes(int size) => _shapes.GetOrAdd(size, side =>
    {
        lock (_planning)
        {
            return WhyNot(side) is null ? Graph.Shapes(InputShape(side)) : null;
        }
    });

    /// <summary>Why the graph cannot take pictures of a size; null: it can.</summary>
    public string? WhyNot(int size) => Graph.WhyNot(InputShape(size));

    /// <summary>The layers.</summary>
    /// <param name="size">Side of pictures that it can take.</param>
    public IReadOnlyList<OnnxTap> Taps(int size)
    {
        var shapes = Shapes(size) ?? throw new WeightsFormatException(WhyNot(size)!);
        return OnnxTaps.Find(
            [.. Graph.Nodes.Where(node => node.Outputs.Count > 0 && node.Outputs[0].Length > 0 && Graph.LevelOf(node.Outputs[0]) == ValueLevel.Pixels)],
            (Input, IsChannelsLast ? AxisLabels.MapsChannelsLast : AxisLabels.Maps),
            [.. Graph.Outputs.Select(output => output.Name)],
            shapes,
            value => ConstantShape(value, size));
    }

    /// <summary>How many classes it tells apart; 0: none.</summary>
    /// <param name="size">Side of pictures that it can take.</param>
    public int ClassCount(int size) => Taps(size) is [.., { Kind: LayerKind.Logits } logits] ? logits.Of(Shapes(size)![logits.Value]).Channels : 0;

    /// <summary>Shape of a constant that stands in the file; null for others.</summary>
    public long[]? WeightShape(string value) => _model.Constants.TryGetValue(value, out var constant) ? constant.shape : null;

    private bool IsKernel(string value) => _model.Constants.TryGetValue(value, out var constant) && constant.is_floating_point() && ShuffledTensors.IsKernel(constant.shape);

    private long[]? ConstantShape(string value, int size)
    {
        if (value.Length == 0 || Graph.LevelOf(value) == ValueLevel.Pixels)
        {
            return null;
        }

        return _model.Constants.TryGetValue(value, out var constant) ? constant.shape : Graph.Shapes(InputShape(size), [value])[value];
    }
}

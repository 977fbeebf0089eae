using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>An ONNX graph as a network: run up to a layer, with gradients to the pictures.</summary>
internal sealed class OnnxNetwork : INetwork
{
    private readonly PictureGraph _graph;
    private readonly Dictionary<string, OnnxTap> _taps;
    private readonly Tensor _factor;                                                     // [1, C, 1, 1]
    private readonly Tensor _shift;                                                      // [1, C, 1, 1]
    private readonly bool _isReversed;
    private readonly Lock _running = new();

    private OnnxNetwork(NetworkDescription description, Device device, PictureGraph graph, IReadOnlyList<OnnxTap> taps, Preprocessing preprocessing)
    {
        (Description, Device, _graph) = (description, device, graph);
        _taps = taps.ToDictionary(tap => tap.Name, StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        var deviation = tensor(preprocessing.Deviation.ToArray(), ScalarType.Float32);
        _factor = deviation.reciprocal().view(1, -1, 1, 1).to(device).DetachFromDisposeScope();
        _shift = (tensor(preprocessing.Mean.ToArray(), ScalarType.Float32) / deviation).neg().view(1, -1, 1, 1).to(device).DetachFromDisposeScope();
        _isReversed = preprocessing.IsReversed;
    }

    /// <inheritdoc/>
    public NetworkDescription Description { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>Loads the graph of a folder: computes with the weights that were read when it was opened.</summary>
    /// <param name="folder">Opened weights.</param>
    /// <param name="blueprint">Its layers.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="type">Only float32: a graph has its number format in itself.</param>
    /// <param name="shuffle">Weights that change places; null: none.</param>
    /// <exception cref="WeightsFormatException">The file changed since it was opened, another number format is asked for, or there is nothing to shuffle.</exception>
    public static OnnxNetwork Load(WeightsFolder folder, OnnxBlueprint blueprint, Device device, ScalarType type, WeightShuffle? shuffle = null)
    {
        if (type != ScalarType.Float32)
        {
            throw new WeightsFormatException($"'{folder.Description.Name}' is an ONNX graph, which computes in its own number format; expected float32 instead of {type}.");
        }

        var graph = blueprint.Graph ?? throw new InvalidOperationException($"The graph of '{folder.Description.Name}' was not read.");
        folder.OpenTensors().Dispose();
        return new(folder.Description, device, shuffle is null ? graph.On(device) : graph.Shuffled(device, TapOf(folder, blueprint, shuffle).Value, shuffle), blueprint.Taps, folder.Preprocessing);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images, string layer, Tensor? redirected = null) => Run(images, [layer], redirected)[0];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images, IReadOnlyList<string> layers) => Run(images, layers, redirected: null);

    /// <inheritdoc/>
    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels, Tensor? redirected = null)
    {
        var tap = _taps[Description.FindShape(layer).Name];
        RequireImages(images);
        using var scope = NewDisposeScope();
        return Channels(images, tap, channels, redirected).MoveToOuterDisposeScope();   // [N, h, w]
    }

    /// <inheritdoc/>
    public long MultiplyAdds(string layer, int size)
    {
        var tap = _taps[Description.FindShape(layer).Name];
        if (_graph.Shapes(size) is null)
        {
            return 0;
        }

        var shape = _graph.InputShape(size);
        lock (_running)
        {
            var narrow = IsNarrowed(tap, shape)
                ? _graph.Graph.ScheduleForChannels(shape, tap.Value, tap.ChannelAxis).Steps.Where(step => step.Narrow?.Own is not null).Select(step => step.Node.Outputs[0]).ToHashSet(StringComparer.Ordinal)
                : [];
            return GraphArithmetic.MultiplyAdds(_graph, tap.Value, size, narrow, tap.ChannelAxis);
        }
    }

    /// <summary>Frees what was made of the weights; they are those of the description.</summary>
    public void Dispose()
    {
        _graph.Dispose();
        _factor.Dispose();
        _shift.Dispose();
    }

    private static OnnxTap TapOf(WeightsFolder folder, OnnxBlueprint blueprint, WeightShuffle shuffle)
    {
        var name = folder.Description.FindShape(shuffle.Layer).Name;
        return blueprint.Taps.First(tap => tap.Name == name);
    }

    private Tensor Channels(Tensor images, OnnxTap tap, Tensor channels, Tensor? redirected)
    {
        var pixels = Pixels(images);
        lock (_running)
        {
            if (IsNarrowed(tap, pixels.shape))
            {
                var picked = _graph.Graph.ForwardChannels(pixels, tap.Value, tap.ChannelAxis, channels, Rectify(redirected));
                return tap.Axes switch
                {
                    AxisLabels.Tokens => picked,                                            // [N, T, 1]
                    AxisLabels.Vectors => picked.unsqueeze(2),                              // [N, 1, 1]
                    _ => picked.squeeze(tap.ChannelAxis),
                };
            }
        }

        return ChannelPick.Of(Forward(images, tap.Name, redirected), channels);
    }

    // Of a single output two classes are shown, see OneOutput; and it has to be known which picture a channel is of.
    private bool IsNarrowed(OnnxTap tap, long[] shape) => tap.Kind != LayerKind.Logits && _graph.Graph.PictureAxis(shape, tap.Value) == 0;

    private Tensor[] Run(Tensor images, IReadOnlyList<string> layers, Tensor? redirected)
    {
        OnnxTap[] taps = [.. layers.Select(layer => _taps[Description.FindShape(layer).Name])];
        RequireImages(images);
        using var scope = NewDisposeScope();
        var pixels = Pixels(images);
        IReadOnlyList<Tensor> values;
        lock (_running)
        {
            values = _graph.Graph.Forward(pixels, [.. taps.Select(tap => tap.Value)], Rectify(redirected));
        }

        return [.. values.Zip(taps, (value, tap) => Present(value, tap).MoveToOuterDisposeScope())];
    }

    private static Func<Tensor, double, Tensor>? Rectify(Tensor? redirected) => redirected is null ? null : (x, ceiling) => RedirectedRelu.Of(x, redirected, ceiling);

    private Tensor Pixels(Tensor images)
    {
        var pixels = addcmul(_shift, images, _factor, HeldScalars.One);                 // [N, C, H, W]
        pixels = _isReversed ? pixels.flip(1) : pixels;
        return _graph.IsChannelsLast ? pixels.permute(0, 2, 3, 1) : pixels;
    }

    private static Tensor Present(Tensor values, OnnxTap tap) => (tap.Kind, tap.Axes) switch
    {
        (LayerKind.Logits, _) => OneOutput.Present(values),                             // [N, classes]
        (_, AxisLabels.MapsChannelsLast) => values.permute(0, 3, 1, 2),
        (_, AxisLabels.Tokens) => values.transpose(1, 2).unsqueeze(3),                  // [N, D, T, 1]
        (_, AxisLabels.Vectors) => values.unsqueeze(2).unsqueeze(3),                    // [N, C, 1, 1]
        _ => values,
    };

    private void RequireImages(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != Description.InputChannels.Count || images.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"Pictures are {images.dtype} [{string.Join(", ", images.shape)}]; expected Float32 [N, {Description.InputChannels.Count}, H, W].", nameof(images));
        }

        Description.RequireSize((int)images.shape[2]);
        Description.RequireSize((int)images.shape[3]);
    }
}

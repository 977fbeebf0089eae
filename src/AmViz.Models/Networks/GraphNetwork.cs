using System.Collections.Concurrent;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>A network of layers with frozen weights; each run computes the layers that the target needs and no other.</summary>
/// <remarks>Weights lie channels-last; batch-norm right after a convolution is folded into it when it is loaded, in float64.</remarks>
internal sealed class GraphNetwork : INetwork
{
    private readonly Dictionary<string, Layer> _layers;
    private readonly Dictionary<Layer, int> _order;
    private readonly IReadOnlyList<Tensor> _weights;
    private readonly ConcurrentDictionary<(Layer Target, bool Narrow), ForwardPlan> _plans = new();

    private GraphNetwork(NetworkDescription description, Device device, ScalarType type, LayerGraph graph, IReadOnlyList<Tensor> weights)
    {
        Description = description;
        Device = device;
        ElementType = type;
        _weights = weights;
        _layers = graph.Layers.Where(layer => layer.Kind is not null).ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        _order = graph.Layers.Index().ToDictionary(layer => layer.Item, layer => layer.Index);
        TrainingMoments = graph.Layers.OfType<BatchNormalization>().Where(layer => layer is { Kind: not null, Moments: not null })
            .ToDictionary(layer => layer.Name, layer => layer.Moments!, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public NetworkDescription Description { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ChannelMoments> TrainingMoments { get; }

    /// <summary>Number format of weights, pictures and values.</summary>
    public ScalarType ElementType { get; }

    /// <summary>Loads the tensors of a folder, as far as they reach.</summary>
    /// <param name="folder">Opened weights.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="type">float32, or float64 to check gradients.</param>
    /// <param name="shuffle">Weights that change places; null: none.</param>
    /// <exception cref="WeightsFormatException">A tensor cannot be read, holds numbers that are not finite, the file changed, or there is nothing to shuffle.</exception>
    public static GraphNetwork Load(WeightsFolder folder, Device device, ScalarType type = ScalarType.Float32, WeightShuffle? shuffle = null)
    {
        var graph = folder.BuildGraph();
        using var file = Shuffled(folder, graph, shuffle);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var reader = new WeightsReader(file, device, type);
        foreach (var layer in WeightsCoverage.ReachableLayers(graph, file.Tensors))
        {
            layer.Load(reader);
        }

        return new GraphNetwork(folder.Description, device, type, graph, reader.Detach());
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images, string layer, Tensor? redirected = null)
    {
        var target = _layers[Description.FindShape(layer).Name];
        RequireImages(images);
        using var scope = NewDisposeScope();
        return Present(target, new ForwardPass(PlanFor(target, narrow: false), images, redirected)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images, IReadOnlyList<string> layers)
    {
        var values = new Tensor[layers.Count];
        using var scope = NewDisposeScope();
        VisitLayers(images, layers, (place, value) => values[place] = value.alias().DetachFromDisposeScope());
        Array.ForEach(values, scope.Attach);
        return [.. values.Select(value => value.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public void VisitLayers(Tensor images, IReadOnlyList<string> layers, Action<int, Tensor> visit, ClippingVisit? visitClipped = null)
    {
        var targets = layers.Select(layer => _layers[Description.FindShape(layer).Name]).ToArray();
        RequireImages(images);
        using var scope = NewDisposeScope();
        var places = targets.Index().ToLookup(target => target.Item, target => target.Index);
        var plan = ForwardPlan.ForAll(targets);
        var pass = new ForwardPass(plan, images)
        {
            Clip = visitClipped is null || plan.HasFoldedTargets || is_grad_enabled() ? null : (before, after, values, ceiling) => visitClipped(places[before], places[after], values, ceiling),
        };
        foreach (var target in places.Select(target => target.Key).Where(target => !pass.IsClipped(target)).OrderBy(target => _order[target]))
        {
            using (NewDisposeScope())
            {
                var value = Present(target, pass);
                foreach (var place in target is Activation && pass.IsClipped(target.Inputs[0]) ? [] : places[target])
                {
                    visit(place, value);
                }

                pass.KeepNeeded();
            }
        }
    }

    /// <inheritdoc/>
    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels, Tensor? redirected = null)
    {
        var target = _layers[Description.FindShape(layer).Name];
        RequireImages(images);
        using var scope = NewDisposeScope();
        if (target is { Kind: LayerKind.Logits, ChannelCount: 1 })
        {
            return Forward(images, layer, redirected).gather(1, channels.view(-1, 1)).unsqueeze(2).MoveToOuterDisposeScope(); // [N, 1, 1]
        }

        var pass = new ForwardPass(PlanFor(target, narrow: true), images, redirected);
        return pass.Channels(target, channels).MoveToOuterDisposeScope();               // [N, h, w]
    }

    /// <inheritdoc/>
    public long MultiplyAdds(string layer, int size)
        => PlanFor(_layers[Description.FindShape(layer).Name], narrow: true).MultiplyAdds(size);

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (var tensor in _weights)
        {
            tensor.Dispose();
        }
    }

    private static ITensorFile Shuffled(WeightsFolder folder, LayerGraph graph, WeightShuffle? shuffle)
    {
        if (shuffle is null)
        {
            return folder.OpenTensors();
        }

        var name = folder.Description.FindShape(shuffle.Layer).Name;
        var layer = graph.Layers.First(one => one.Kind is not null && one.Name == name);
        return new ShuffledTensors(folder.OpenTensors(), ShuffleSearch.Find(
            layer, one => one.Inputs, one => [.. one.Tensors.Where(tensor => ShuffledTensors.IsKernel(tensor.Shape)).Select(tensor => tensor.Name)], shuffle));
    }

    private static Tensor Present(Layer target, ForwardPass pass)
    {
        var values = target.Present(pass.Value(target));
        return target.Kind == LayerKind.Logits ? OneOutput.Present(values) : values;
    }

    private ForwardPlan PlanFor(Layer target, bool narrow)
        => _plans.GetOrAdd((target, narrow), key => key.Narrow ? ForwardPlan.ForChannels(key.Target) : ForwardPlan.ForAll(key.Target));

    private void RequireImages(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != Description.InputChannels.Count || images.dtype != ElementType)
        {
            throw new ArgumentException(
                $"Pictures are {images.dtype} [{string.Join(", ", images.shape)}]; expected {ElementType} [N, {Description.InputChannels.Count}, H, W].", nameof(images));
        }

        Description.RequireSize((int)images.shape[2]);
        Description.RequireSize((int)images.shape[3]);
    }
}

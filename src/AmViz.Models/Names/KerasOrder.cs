using AmViz.Weights;

namespace AmViz.Models;

/// <summary>The layers of a network in the order in which Keras keeps those of a model.</summary>
/// <remarks>
/// keras/src/ops/function.py, <c>map_graph</c>: by decreasing distance from the output, counted along the longest way; of one distance, in the order
/// in which a search from the output first meets them. Keras's layers that are no layers here, such as those that pad, lie where no branch
/// overtakes another by them.
/// </remarks>
internal static class KerasOrder
{
    /// <summary>All layers before the last one, and itself, in Keras's order.</summary>
    public static IReadOnlyList<Layer> Of(LayerGraph graph)
    {
        var met = new Dictionary<Layer, int>();
        var finished = new List<Layer>();
        Meet(graph.Layers[^1]);

        var distances = new Dictionary<Layer, int>();
        foreach (var layer in finished.AsEnumerable().Reverse())
        {
            var distance = distances.GetValueOrDefault(layer);
            distances[layer] = distance;
            foreach (var input in layer.Inputs)
            {
                distances[input] = Math.Max(distance + 1, distances.GetValueOrDefault(input));
            }
        }

        return [.. finished.OrderByDescending(layer => distances[layer]).ThenBy(layer => met[layer])];

        void Meet(Layer layer)
        {
            if (met.TryAdd(layer, met.Count))
            {
                foreach (var input in layer.Inputs)
                {
                    Meet(input);
                }

                finished.Add(layer);
            }
        }
    }

    /// <summary>Keras's class of a layer, as files call it; null for a layer without tensors.</summary>
    public static string? ClassOf(Layer layer) => layer switch
    {
        Convolution { IsDepthwise: true } => Keras3Class.Depthwise,
        Convolution => Keras3Class.Convolution,
        BatchNormalization => Keras3Class.BatchNormalization,
        Dense { IsConvolution: true } => Keras3Class.Convolution,
        Dense => Keras3Class.Dense,
        _ => null,
    };

    /// <summary>Keras's name of a layer with tensors: that of its tensors.</summary>
    public static string NameOf(Layer layer) => layer.Tensors[0].Name[..layer.Tensors[0].Name.LastIndexOf('.')];
}

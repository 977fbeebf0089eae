using AmViz.Weights;

namespace AmViz.Models;

/// <summary>An ONNX graph as a network: its layers, and the pictures that it can take.</summary>
/// <param name="Graph">The graph; null before the weights file was opened.</param>
/// <param name="Taps">Its layers.</param>
/// <param name="InputSize">Side of the pictures that it was trained on, in pixels.</param>
/// <param name="SizeStep">Sides of pictures must be multiples of this many pixels; <paramref name="InputSize"/> where no other size is known to work.</param>
internal sealed record OnnxBlueprint(PictureGraph? Graph, IReadOnlyList<OnnxTap> Taps, int InputSize, int SizeStep) : IBlueprint
{
    /// <summary>Its name in <c>config.json</c>.</summary>
    public const string Architecture = "onnx";

    // Patches of other sizes than these are not seen in the field; 7 windows of patches of 4 pixels make 28 and 32 times 7 make 224.
    private static readonly int[] Steps = [1, 2, 4, 8, 14, 16, 28, 32, 64];

    /// <summary>Whether it takes pictures of the size that it was trained on alone.</summary>
    public bool IsSizeFixed => SizeStep == InputSize;

    /// <summary>The network of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputSize">Side of the pictures that it was trained on, in pixels.</param>
    /// <exception cref="WeightsFormatException">It cannot take pictures of that size, or nothing of it can be drawn.</exception>
    public static OnnxBlueprint Of(PictureGraph graph, int inputSize)
    {
        var taps = graph.Taps(inputSize);
        if (taps.Count == 0)
        {
            throw new WeightsFormatException($"{graph.Graph.Outputs[0].Name}: the graph has no layer that can be drawn: no convolution, pooling, sum or product whose channels are known. Expected a network of pictures.");
        }

        var step = Steps.Where(step => step < inputSize && inputSize % step == 0).FirstOrDefault(step => graph.Shapes(inputSize + step) is not null && graph.Shapes(inputSize + (3 * step)) is not null);
        return new(graph, taps, inputSize, step == 0 ? inputSize : step);
    }

    /// <inheritdoc/>
    public LayerGraph Build(Preprocessing preprocessing)
    {
        var layers = new LayerGraph { SizeStep = SizeStep };
        if (Graph?.Shapes(InputSize) is not { } shapes)
        {
            return layers;
        }

        var listed = Taps.Select(tap => layers.Add(new OnnxLayer(tap, shapes[tap.Value], size => Graph.Shapes(size)?[tap.Value]))).ToList();

        foreach (var layer in listed)
        {
            foreach (var alias in layer.Tap.Aliases.Where(alias => !Taps.Any(other => other.Name == alias) && !layers.Aliases.ContainsKey(alias)))
            {
                layers.AddAlias(alias, layer);
            }
        }

        return layers;
    }

    /// <inheritdoc/>
    public ParameterCounts CountParameters(Preprocessing preprocessing) => new(Graph?.ParameterCount ?? 0, Graph?.ParameterCount ?? 0);
}

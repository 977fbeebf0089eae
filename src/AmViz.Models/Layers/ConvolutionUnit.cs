namespace AmViz.Models;

/// <summary>A convolution, batch-norm and an activation, called by their place as the members of torchvision's <c>Conv2dNormActivation</c> are: <c>name.0</c>, <c>name.1</c>, <c>name.2</c>.</summary>
/// <param name="Graph">Where to append.</param>
/// <param name="Normalized">How batch-norm is held.</param>
internal sealed record ConvolutionUnit(LayerGraph Graph, NormalizedConvolution Normalized)
{
    /// <summary>Appends the three; the unit's own name means the last of them.</summary>
    /// <param name="name">Of the unit.</param>
    /// <param name="x">What it reads.</param>
    /// <param name="channels">Channels it makes.</param>
    /// <param name="window">Kernel, stride and padding.</param>
    /// <param name="function">Null where there is none.</param>
    /// <param name="groups">Equal parts into which the channels are cut; as many as there are channels for a depthwise convolution.</param>
    /// <param name="isDefault">Whether the value after batch-norm is a default tap.</param>
    public Layer Add(string name, Layer x, int channels, Window window, ActivationFunction? function, int groups = 1, bool isDefault = true)
    {
        var isDepthwise = groups > 1 && groups == channels && groups == x.ChannelCount;
        var last = Normalized.Add(Graph, $"{name}.0", $"{name}.1", x, channels, window, isDepthwise, isDefault, isDepthwise ? 1 : groups);
        if (function is { } there)
        {
            last = Graph.Add(new Activation($"{name}.2", last, there) { Kind = LayerKind.Activation });
        }

        Graph.AddAlias(name, last);
        return last;
    }
}

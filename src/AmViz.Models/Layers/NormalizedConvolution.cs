namespace AmViz.Models;

/// <summary>A convolution and the batch-norm behind it: two layers, or one where the weights come with batch-norm folded in.</summary>
/// <param name="Folded">Whether the weights come with batch-norm folded in.</param>
/// <param name="Epsilon">Of batch-norm, where it is separate.</param>
/// <param name="IsScaled">Whether batch-norm has a learned factor.</param>
internal sealed record NormalizedConvolution(bool Folded, double Epsilon, bool IsScaled = true)
{
    /// <summary>Appends both; the value after batch-norm has the same name either way.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="name">Of the convolution and its tensors. Folded, the bare convolution cannot be had, so its name means the value after batch-norm.</param>
    /// <param name="normName">Of batch-norm.</param>
    /// <param name="input">What the convolution reads.</param>
    /// <param name="channels">Channels it makes.</param>
    /// <param name="window">Kernel, stride and padding.</param>
    /// <param name="isDepthwise">Whether each channel is convolved by itself.</param>
    /// <param name="isDefault">Whether the value after batch-norm is a default tap.</param>
    /// <param name="groups">Equal parts into which the channels are cut, each convolved by itself.</param>
    public Layer Add(LayerGraph graph, string name, string normName, Layer input, int channels, Window window, bool isDepthwise = false, bool isDefault = true, int groups = 1)
    {
        if (Folded)
        {
            var folded = graph.Add(new Convolution(normName, input, channels, window, isDepthwise, hasBias: true, tensorName: name, groups)
            {
                Kind = LayerKind.BatchNormalization, IsDefaultTap = isDefault,
            });
            graph.AddAlias(name, folded);
            return folded;
        }

        Layer bare = graph.Add(new Convolution(name, input, channels, window, isDepthwise, groups: groups) { Kind = Convolution.KindOf(window, isDepthwise) });
        return graph.Add(new BatchNormalization(normName, bare, Epsilon, IsScaled) { Kind = LayerKind.BatchNormalization, IsDefaultTap = isDefault });
    }
}

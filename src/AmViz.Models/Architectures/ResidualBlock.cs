namespace AmViz.Models;

/// <summary>The end of an inverted residual block.</summary>
internal static class ResidualBlock
{
    /// <summary>Appends the sum with the shortcut where shapes allow it; either way the block's name means its output.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="name">Of the block.</param>
    /// <param name="x">What the block reads.</param>
    /// <param name="y">What its layers made of it.</param>
    /// <param name="stride">Of the block.</param>
    public static Layer Close(LayerGraph graph, string name, Layer x, Layer y, int stride)
    {
        if (stride == 1 && x.ChannelCount == y.ChannelCount)
        {
            return graph.Add(new Addition(name, x, y) { Kind = LayerKind.Addition, IsDefaultTap = true });
        }

        graph.AddAlias(name, y);
        return y;
    }
}

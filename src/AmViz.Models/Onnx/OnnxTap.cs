namespace AmViz.Models;

/// <summary>A layer of a graph: a value whose channels can be drawn.</summary>
/// <param name="Name">The node's name as the exporter wrote it; <c>logits</c> for the classes.</param>
/// <param name="Value">Name of the value.</param>
/// <param name="Axes">See <see cref="AxisLabels"/>.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="IsDefault">Whether it is drawn when a person names no layer.</param>
/// <param name="Aliases">Other names: the paths of the modules that give it, the value's name, for logits the node's.</param>
internal sealed record OnnxTap(string Name, string Value, string Axes, LayerKind Kind, bool IsDefault, IReadOnlyList<string> Aliases)
{
    /// <summary>The axis of the channels.</summary>
    public int ChannelAxis => Axes switch
    {
        AxisLabels.MapsChannelsLast => 3,
        AxisLabels.Tokens => 2,
        _ => 1,
    };

    /// <summary>Channels, rows and columns of a value of this layer.</summary>
    public (int Channels, LayerExtent Extent) Of(long[] shape) => Axes switch
    {
        AxisLabels.Maps => ((int)shape[1], new((int)shape[2], (int)shape[3])),
        AxisLabels.MapsChannelsLast => ((int)shape[3], new((int)shape[1], (int)shape[2])),
        AxisLabels.Tokens => ((int)shape[2], new((int)shape[1], 1)),
        _ => ((int)shape[1], LayerExtent.One),
    };
}

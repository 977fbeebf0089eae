using AmViz.Atlas.Neighbours;
using AmViz.Atlas.Output;
using AmViz.Atlas.Sprites;

namespace AmViz.Atlas.Data;

/// <summary>Knows where the atlas shows channels that are like others.</summary>
/// <remarks>
/// By rows of the manifest alone: a channel may be like one of a layer that comes later. If a picture of that later layer then cannot be read, its sheet has another name, and the sheet's
/// sixteen tiles are not shown beside the channels that are like them until the picture is back.
/// </remarks>
/// <param name="sweep">Which sweep.</param>
/// <param name="sheets">Its sheets.</param>
internal sealed class AlikePlaces(SweepId sweep, SheetCatalogue sheets)
{
    /// <summary>Says where channels are.</summary>
    public AlikeDoc Of(AlikeChannels alike) => new(alike.By, alike.IsAcross, [.. alike.Channels.Select(Of)]);

    private AlikeChannelDoc Of(AlikeChannel channel)
    {
        var layer = sheets.Find(channel.Model, channel.Layer, channel.Channel);
        return new(
            channel.Model, channel.Layer, channel.Channel, channel.Likeness, channel.IsMutual,
            layer is null ? null : [sweep.Value, PageName.Of(layer.Model), PageName.Of(layer.Layer)],
            layer is null ? null : sheets.OfChannel(layer, channel.Channel));
    }
}

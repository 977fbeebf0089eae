using AmViz.Atlas.Sprites;
using AmViz.Responses;

namespace AmViz.Atlas.Data;

/// <summary>The channels that are most like one, by one way of comparing them.</summary>
/// <param name="By">By what they were compared.</param>
/// <param name="IsAcross">Whether they are those of other networks or passes.</param>
/// <param name="Channels">The nearest first.</param>
internal sealed record AlikeDoc(NeighbourBasis By, bool IsAcross, IReadOnlyList<AlikeChannelDoc> Channels);

/// <summary>A channel that is like another.</summary>
/// <param name="Model">Its network.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Channel">Its number.</param>
/// <param name="Likeness">Correlation or cosine, -1 to 1.</param>
/// <param name="IsMutual">Whether each is the other's nearest.</param>
/// <param name="Place">Where the atlas shows it: sweep, folder of the network, folder of the layer; null where it does not.</param>
/// <param name="Ref">Where its picture is shown; null where it has none.</param>
internal sealed record AlikeChannelDoc(string Model, string Layer, int Channel, double Likeness, bool IsMutual, string[]? Place, TileRef? Ref);

using AmViz.Responses;

namespace AmViz.Atlas.Neighbours;

/// <summary>The channels that are most like one, by one way of comparing them.</summary>
/// <param name="By">By what they were compared.</param>
/// <param name="IsAcross">Whether they are those of other networks or passes.</param>
/// <param name="Channels">The nearest first.</param>
internal sealed record AlikeChannels(NeighbourBasis By, bool IsAcross, IReadOnlyList<AlikeChannel> Channels);

/// <summary>A channel that is like another.</summary>
/// <param name="Model">Its network.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Channel">Its number.</param>
/// <param name="Likeness">Correlation or cosine, -1 to 1.</param>
/// <param name="IsMutual">Whether each is the other's nearest.</param>
internal sealed record AlikeChannel(string Model, string Layer, int Channel, double Likeness, bool IsMutual)
{
    private const int Digits = 3;

    /// <summary>A row of <c>neighbours.parquet</c>.</summary>
    public static AlikeChannel Of(NeighbourRow row)
        => new(row.Neighbour.Model, row.Neighbour.Layer, row.Neighbour.Channel, Math.Round(row.Correlation, Digits), row.Mutual);
}

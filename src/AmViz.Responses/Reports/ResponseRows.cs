namespace AmViz.Responses;

/// <summary>A row of <c>responses.parquet</c>: a channel.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Label">Name of the class, for logits; otherwise null.</param>
/// <param name="Photographs">Photographs with a finite response.</param>
/// <param name="NotFinite">Photographs whose map holds a value that is no finite number.</param>
/// <param name="Mean">Mean of the responses.</param>
/// <param name="Deviation">Their deviation.</param>
/// <param name="MapMean">Mean over photographs and positions.</param>
/// <param name="ZeroShare">Share of responses that are exactly zero.</param>
/// <param name="Quantiles">At <see cref="LayerReport.QuantileShares"/>.</param>
/// <param name="QuantileError">Bound on the error of a quantile, as a share of it.</param>
/// <param name="BestLabel">The label with the largest area; null without labels.</param>
/// <param name="BestArea">That area.</param>
/// <param name="BestAreaError">Bound on its error.</param>
public sealed record ChannelRow(
    int Channel, string? Label, long Photographs, long NotFinite, double? Mean, double? Deviation, double? MapMean, double? ZeroShare,
    IReadOnlyList<float?> Quantiles, double QuantileError, string? BestLabel, double? BestArea, double? BestAreaError);

/// <summary>Why a photograph is shown for a channel.</summary>
public enum ExampleKind
{
    /// <summary>It excites the channel most.</summary>
    Top,

    /// <summary>It excites the channel least.</summary>
    Bottom,

    /// <summary>It stands at a quantile of the sampled photographs.</summary>
    Quantile,
}

/// <summary>A photograph that is shown for a channel.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Kind">Why.</param>
/// <param name="Rank">From 1: place in the list; for quantiles tenths.</param>
/// <param name="Number">The photograph's place in the list of the pass.</param>
/// <param name="Digest">The photograph.</param>
/// <param name="Response">The channel's response.</param>
/// <param name="Position">Where in the map: of the strongest value, for <see cref="ExampleKind.Bottom"/> of the weakest.</param>
public sealed record ExampleRow(int Channel, ExampleKind Kind, int Rank, long Number, ContentDigest Digest, float Response, int Position);

/// <summary>A row of <c>labels.parquet</c>: how well a channel tells a label from all others.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Label">The label.</param>
/// <param name="Photographs">Photographs of the label.</param>
/// <param name="Area">Area under the ROC curve.</param>
/// <param name="Error">Bound on its error.</param>
public sealed record LabelRow(int Channel, string Label, long Photographs, double Area, double Error);

/// <summary>A row of <c>coactivation.parquet</c>: two channels that the same photographs excite.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Rank">From 1.</param>
/// <param name="Partner">The other channel.</param>
/// <param name="Shared">Sampled photographs that are among the strongest tenth of both.</param>
/// <param name="Hits">Of <paramref name="Channel"/>.</param>
/// <param name="PartnerHits">Of <paramref name="Partner"/>.</param>
public sealed record CoactivationRow(int Channel, int Rank, int Partner, int Shared, int Hits, int PartnerHits);

/// <summary>A row of the table of a sample: a photograph.</summary>
/// <param name="Number">The photograph's place in the list of the pass.</param>
/// <param name="Photograph">The photograph.</param>
/// <param name="Responses">Of each channel; NaN where a value was not finite.</param>
public sealed record SampleRow(long Number, ContentDigest Photograph, IReadOnlyList<float> Responses);

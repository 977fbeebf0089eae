namespace AmViz.Responses;

/// <summary>A row of <c>scores.parquet</c>: a picture that was drawn for a channel, held against photographs.</summary>
/// <param name="Channel">For which it was drawn.</param>
/// <param name="Seed">Of the drawing.</param>
/// <param name="Picture">Its path in the store.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Response">The channel's response to it, as to a photograph.</param>
/// <param name="BestPhotograph">The largest response to a photograph; null if there is none.</param>
/// <param name="Quantile99">99 of 100 photographs respond less.</param>
/// <param name="Judgement">What the layer makes of it; null if nothing can be said.</param>
/// <param name="MisLikeOfOthers">Mean of the two-alternative score with pictures of other channels; null if nothing can be said or there are none.</param>
/// <param name="Constant">Whether the channel responds to all photographs alike.</param>
public sealed record ScoreRow(
    int Channel, int Seed, string Picture, string Sha256, float Response, float? BestPhotograph, float? Quantile99, PictureJudgement? Judgement, double? MisLikeOfOthers,
    bool Constant)
{
    /// <summary>What a second network says of it; null if none was asked, or it said nothing.</summary>
    public SecondOpinion? Opinion { get; init; }

    /// <summary>How far the layer's pictures are from the photographs by that network, see <see cref="KernelDistance"/>: the same in all rows of a layer.</summary>
    public double? Naturalness { get; init; }

    /// <summary>How far one place of the channel's map of the picture stands for the whole, see <see cref="MapLocality"/>; null where the map is one value.</summary>
    public double? Locality { get; init; }

    /// <summary>Whether other seeds agree; null if there is no other picture of the channel.</summary>
    public SeedAgreement? Seeds { get; init; }

    /// <summary>What shuffled weights leave of it; null where that was not tried.</summary>
    public WeightRandomization? Randomization { get; init; }

    /// <summary>How far the picture can be trusted, 0 to 1; 0 where the channel is constant, null if there was nothing to judge by.</summary>
    public double? Trust => Constant ? 0 : Judgement?.Trust;

    /// <summary>In a word, see <see cref="PictureTrust"/>; null if there was nothing to judge by.</summary>
    public string? Verdict => (Constant, Trust) switch
    {
        (true, _) => PictureTrust.Constant,
        (_, null) => null,
        (_, < PictureTrust.Threshold) => PictureTrust.Distrusted,
        _ => PictureTrust.Trusted,
    };
}

namespace AmViz.Responses;

/// <summary>What a second network, the judge, says of a picture that was drawn for a channel of the first.</summary>
/// <param name="TopLikeness">Mean <see cref="PictureView.Likeness"/> to what the channel sees of the photographs that excite it most; null where none are kept.</param>
/// <param name="BottomLikeness">The same with those that excite it least.</param>
/// <param name="Agreement">Share of pairs of such photographs, one of each kind, of which the picture is more like the stronger; ties count half.</param>
/// <param name="Recognition">What the judge takes it for; null where the channel is no class, or none of the judge's.</param>
public sealed record SecondOpinion(double? TopLikeness, double? BottomLikeness, double? Agreement, ClassRecognition? Recognition)
{
    /// <summary>Nothing: no photographs are kept, and the channel is no class of the judge's.</summary>
    public static SecondOpinion None { get; } = new(null, null, null, null);

    /// <summary>Asks the judge.</summary>
    /// <param name="picture">What it makes of the picture, and here of the photographs, without the <see cref="CommonRepresentation"/>.</param>
    /// <param name="strong">Of the photographs that excite the channel most; may be empty.</param>
    /// <param name="weak">Of those that excite it least; may be empty.</param>
    /// <param name="recognition">What it takes the picture for.</param>
    public static SecondOpinion Of(PictureView picture, IReadOnlyList<PictureView> strong, IReadOnlyList<PictureView> weak, ClassRecognition? recognition)
    {
        ArgumentNullException.ThrowIfNull(picture);
        double[] tops = [.. strong.Select(picture.Likeness)], bottoms = [.. weak.Select(picture.Likeness)];
        return new(Mean(tops), Mean(bottoms), tops.Length > 0 && bottoms.Length > 0 ? TwoAlternatives.Share(tops, bottoms) : null, recognition);
    }

    private static double? Mean(double[] values) => values.Length == 0 ? null : values.Average();
}

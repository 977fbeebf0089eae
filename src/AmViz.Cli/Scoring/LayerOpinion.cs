using AmViz.Responses;

namespace AmViz.Cli.Scoring;

/// <summary>What a second network says of the pictures of a layer.</summary>
/// <param name="TopLikeness">Mean of <see cref="SecondOpinion.TopLikeness"/>; null where no crops are kept.</param>
/// <param name="BottomLikeness">Mean of <see cref="SecondOpinion.BottomLikeness"/>.</param>
/// <param name="Agreement">Mean of <see cref="SecondOpinion.Agreement"/>.</param>
/// <param name="Recognized">Pictures that it takes for their class, of all classes; null where the channels are none of its classes.</param>
/// <param name="RecognizedOfDrawn">The same, of the classes that were drawn.</param>
/// <param name="Probability">Mean probability of the class.</param>
/// <param name="ProbabilityOfDrawn">The same, by softmax over the classes that were drawn.</param>
/// <param name="Naturalness">See <see cref="KernelDistance"/>; null where there are too few pictures or crops.</param>
internal sealed record LayerOpinion(
    double? TopLikeness, double? BottomLikeness, double? Agreement, int? Recognized, int? RecognizedOfDrawn, double? Probability, double? ProbabilityOfDrawn, double? Naturalness)
{
    /// <summary>Sums the rows of a layer up.</summary>
    public static LayerOpinion Of(IReadOnlyList<ScoreRow> rows)
    {
        SecondOpinion[] opinions = [.. rows.Select(row => row.Opinion).OfType<SecondOpinion>()];
        ClassRecognition[] recognitions = [.. opinions.Select(opinion => opinion.Recognition).OfType<ClassRecognition>()];
        return new(
            opinions.Average(opinion => opinion.TopLikeness), opinions.Average(opinion => opinion.BottomLikeness), opinions.Average(opinion => opinion.Agreement),
            Count(one => one.Place == 1), Count(one => one.PlaceOfDrawn == 1), recognitions.Average(one => (double?)one.Probability), recognitions.Average(one => (double?)one.ProbabilityOfDrawn),
            rows[0].Naturalness);

        int? Count(Func<ClassRecognition, bool> isRight) => recognitions.Length == 0 ? null : recognitions.Count(isRight);
    }
}

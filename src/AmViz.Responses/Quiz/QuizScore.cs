namespace AmViz.Responses;

/// <summary>The share of right answers, and between which shares the true one may lie.</summary>
/// <param name="Answers">Answers that were given.</param>
/// <param name="Right">Of these the right ones.</param>
/// <param name="Share">Share of right answers, 0 to 1; 0.5 is chance.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of it.</param>
public sealed record QuizScore(int Answers, int Right, double Share, double Low, double High)
{
    // Normal quantile of 0.975.
    private const double Quantile = 1.959963984540054;

    /// <summary>Counts answers.</summary>
    /// <remarks>
    /// The interval is Wilson's (1927, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, p. 209), which holds for few answers and at 0 and 1, too.
    /// It takes answers for independent of each other.
    /// </remarks>
    /// <param name="answers">Number of answers, at least 1.</param>
    /// <param name="right">Number of right ones.</param>
    public static QuizScore Of(int answers, int right)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, answers);
        var share = (double)right / answers;
        var square = Quantile * Quantile / answers;
        var middle = (share + (square / 2)) / (1 + square);
        var reach = Quantile * Math.Sqrt(((share * (1 - share)) + (square / 4)) / answers) / (1 + square);
        return new(answers, right, share, right == 0 ? 0 : middle - reach, right == answers ? 1 : middle + reach);
    }

    /// <summary>Counts answers.</summary>
    /// <param name="answers">At least one.</param>
    public static QuizScore Of(IReadOnlyCollection<MarkedAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Of(answers.Count, answers.Count(answer => answer.IsRight));
    }
}

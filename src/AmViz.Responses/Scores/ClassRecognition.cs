namespace AmViz.Responses;

/// <summary>Whether a second network takes the picture of a class for that class.</summary>
/// <param name="Place">How many of all classes it holds at least as likely, the right one included: 1 is the class it names.</param>
/// <param name="Probability">Of the class, by softmax over all.</param>
/// <param name="PlaceOfDrawn">As <paramref name="Place"/>, of the classes that were drawn.</param>
/// <param name="ProbabilityOfDrawn">Of the class, by softmax over those that were drawn.</param>
public sealed record ClassRecognition(int Place, double Probability, int PlaceOfDrawn, double ProbabilityOfDrawn)
{
    /// <summary>Reads it out of what the network says.</summary>
    /// <param name="odds">Log-odds of every class.</param>
    /// <param name="right">The class.</param>
    /// <param name="drawn">The classes that were drawn, <paramref name="right"/> among them.</param>
    public static ClassRecognition Of(float[] odds, int right, IReadOnlyCollection<int> drawn)
    {
        ArgumentNullException.ThrowIfNull(odds);
        ArgumentNullException.ThrowIfNull(drawn);
        var probability = Chance(odds[right]);
        return new(
            odds.Count(other => other >= odds[right]), probability,
            drawn.Count(other => odds[other] >= odds[right]), probability / drawn.Sum(other => Chance(odds[other])));
    }

    // The inverse of log(p / (1 - p)).
    private static double Chance(double odds) => 1 / (1 + Math.Exp(-odds));
}

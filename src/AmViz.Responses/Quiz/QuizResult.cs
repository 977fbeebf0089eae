namespace AmViz.Responses;

/// <summary>What people answered to a quiz.</summary>
/// <param name="People">Sittings.</param>
/// <param name="Conditions">Under each condition that was answered.</param>
/// <param name="Channels">Of each channel and condition that was answered, by channel.</param>
public sealed record QuizResult(int People, IReadOnlyList<ConditionResult> Conditions, IReadOnlyList<ChannelResult> Channels)
{
    /// <summary>Adds up what people answered.</summary>
    /// <param name="answers">Of any number of people; what one of them answered to a question counts once, however often it is given here.</param>
    public static QuizResult Of(IEnumerable<MarkedAnswer> answers)
    {
        MarkedAnswer[] once = [.. answers.DistinctBy(answer => (answer.Sitting, answer.Question))];
        return new(
            once.Select(answer => answer.Sitting).Distinct(StringComparer.Ordinal).Count(),
            [.. once.GroupBy(answer => answer.Condition).OrderBy(group => group.Key).Select(group => new ConditionResult(group.Key, QuizScore.Of([.. group]), Median(group)))],
            [
                .. once.GroupBy(answer => (answer.Channel, answer.Condition, answer.PictureSha256))
                    .OrderBy(group => group.Key.Channel).ThenBy(group => group.Key.Condition).ThenBy(group => group.Key.PictureSha256, StringComparer.Ordinal)
                    .Select(group => new ChannelResult(group.Key.Channel, group.Key.Condition, group.Key.PictureSha256, QuizScore.Of([.. group]))),
            ]);
    }

    private static double Median(IEnumerable<MarkedAnswer> answers)
    {
        double[] seconds = [.. answers.Select(answer => answer.Seconds).Order()];
        return seconds[(seconds.Length - 1) / 2];
    }
}

/// <summary>What was answered under a condition.</summary>
/// <param name="Condition">What was shown beside the photographs.</param>
/// <param name="Score">How many were right.</param>
/// <param name="MedianSeconds">Time that an answer took.</param>
public sealed record ConditionResult(QuizCondition Condition, QuizScore Score, double MedianSeconds);

/// <summary>What was answered of a channel under a condition.</summary>
/// <param name="Channel">From 0.</param>
/// <param name="Condition">What was shown beside the photographs.</param>
/// <param name="PictureSha256">SHA-256 of the picture that was drawn for the channel, shown or not.</param>
/// <param name="Score">How many were right.</param>
public sealed record ChannelResult(int Channel, QuizCondition Condition, string PictureSha256, QuizScore Score);

using AmViz.Responses.Textures;

namespace AmViz.Responses;

/// <summary>Draws the questions of a quiz: the same on every machine for the same channels and seed.</summary>
/// <remarks>
/// A channel is asked about under one condition only, since whoever has seen its explanation knows it in the next question, too. Photographs that a question asks
/// about are shown beside no question about the same channel. Conditions differ by at most one question, and of each condition the right answer stands as often on the left as on the
/// right, or once more.
/// </remarks>
/// <param name="seed">Chooses channels, pairs, sides and order.</param>
public sealed class QuizDrawing(int seed)
{
    // Textures have the splits from 0 up: a quiz shares no random number with them.
    private const int Split = -1;

    private readonly TextureRandom _random = new(seed, Split, 0);

    /// <summary>Draws questions.</summary>
    /// <param name="channels">To be asked about, in any order, once each.</param>
    /// <param name="conditions">Under which; at least one, once each.</param>
    /// <param name="count">Questions that are wanted; fewer come where there are too few channels (see <see cref="MostQuestions"/>).</param>
    /// <returns>In the order in which they are asked.</returns>
    public IReadOnlyList<QuizQuestion> Draw(IEnumerable<QuizChannel> channels, IReadOnlyList<QuizCondition> conditions, int count)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(conditions);
        var asked = Shuffled(channels.OrderBy(channel => channel.Channel));
        QuizCondition[] ordered = [.. conditions.Order()];
        var wanted = Math.Min(count, MostQuestions(asked.Length, ordered.Length));
        var questions = ordered.SelectMany((condition, i) => Ask(
            [.. asked.Where((_, place) => place % ordered.Length == i)], condition, (wanted / ordered.Length) + (i < wanted % ordered.Length ? 1 : 0)));
        return [.. Shuffled(questions).Select((question, i) => question with { Number = i + 1 })];
    }

    /// <summary>Most questions that some channels are enough for, the same number under each condition.</summary>
    public static int MostQuestions(int channels, int conditions) => channels / conditions * QuizChannel.Pairs * conditions;

    // First every channel once, then every channel again.
    private IEnumerable<QuizQuestion> Ask(QuizChannel[] channels, QuizCondition condition, int count)
    {
        var onLeft = Shuffled(Enumerable.Range(0, count).Select(i => i % 2 == 0));
        var isOdd = _random.Whole(0, 1) == 1;
        var pairs = channels.ToDictionary(channel => channel.Channel, Pair);
        for (var i = 0; i < count; i++)
        {
            var channel = channels[i % channels.Length];
            var (strong, weak) = (pairs[channel.Channel].Strong, pairs[channel.Channel].Weak);
            var pair = i / channels.Length;
            var (left, right) = onLeft[i] != isOdd ? (strong[pair], weak[pair]) : (weak[pair], strong[pair]);
            yield return new(0, condition, channel.Channel, channel.Picture, left, right, condition == QuizCondition.Photographs ? [.. channel.Strongest.Except(strong)] : []);
        }
    }

    private (QuizPhotograph[] Strong, QuizPhotograph[] Weak) Pair(QuizChannel channel)
        => (Shuffled(channel.Strongest)[..QuizChannel.Pairs], Shuffled(channel.Weakest)[..QuizChannel.Pairs]);

    // Fisher and Yates, in the form of Durstenfeld 1964.
    private T[] Shuffled<T>(IEnumerable<T> items)
    {
        T[] all = [.. items];
        for (var last = all.Length - 1; last > 0; last--)
        {
            var other = _random.Whole(0, last);
            (all[last], all[other]) = (all[other], all[last]);
        }

        return all;
    }
}

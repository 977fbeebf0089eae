using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Quiz;

/// <summary>What people answered to all quizzes of a store.</summary>
internal sealed class PeopleAnswers
{
    private readonly ILookup<(string WeightsDigest, string Layer), ChannelResult> _results;

    private PeopleAnswers(ILookup<(string WeightsDigest, string Layer), ChannelResult> results) => _results = results;

    /// <summary>Reads them.</summary>
    /// <exception cref="StorageException">The store cannot be used, or a quiz or its answers cannot be read.</exception>
    public static async Task<PeopleAnswers> ReadAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        var quizzes = new QuizStore(store);
        var results = new List<(QuizPlan Quiz, ChannelResult Result)>();
        foreach (var quiz in await quizzes.ReadAllAsync(cancellationToken))
        {
            results.AddRange(QuizResult.Of(await quizzes.ReadAnswersAsync(quiz, cancellationToken)).Channels.Select(result => (quiz, result)));
        }

        return new(results.ToLookup(one => (one.Quiz.WeightsDigest, one.Quiz.Layer), one => one.Result));
    }

    /// <summary>What people told of the channels of a layer, all quizzes together.</summary>
    /// <returns>By the number of the channel; null if nobody was asked.</returns>
    public IReadOnlyDictionary<int, IReadOnlyList<ToldByPeople>>? Of(PlannedLayer layer)
    {
        var channels = _results[(layer.WeightsDigest, layer.Layer)].GroupBy(result => result.Channel).OrderBy(group => group.Key)
            .ToDictionary(group => group.Key, group => ToldByPeople.Of(group));
        return channels.Count > 0 ? channels : null;
    }
}

/// <summary>How often people knew which of two photographs excites a channel more.</summary>
/// <param name="Condition">What they were shown beside them.</param>
/// <param name="Picture">SHA-256 of the picture that they were shown; null under other conditions.</param>
/// <param name="Answers">How often they were asked.</param>
/// <param name="Right">How often they were right.</param>
/// <param name="Low">Lower end of the 95 % interval of the share.</param>
/// <param name="High">Upper end of it.</param>
internal sealed record ToldByPeople(QuizCondition Condition, string? Picture, int Answers, int Right, double Low, double High)
{
    private const int Digits = 2;

    /// <summary>Adds up what was told of a channel. Under other conditions than <see cref="QuizCondition.Picture"/> it does not matter which picture was drawn for it.</summary>
    public static IReadOnlyList<ToldByPeople> Of(IEnumerable<ChannelResult> results)
        =>
        [
            .. from result in results
               group result.Score by (result.Condition, Picture: result.Condition == QuizCondition.Picture ? result.PictureSha256 : null) into scores
               orderby scores.Key.Condition
               let sum = QuizScore.Of(scores.Sum(score => score.Answers), scores.Sum(score => score.Right))
               select new ToldByPeople(scores.Key.Condition, scores.Key.Picture, sum.Answers, sum.Right, Math.Round(sum.Low, Digits), Math.Round(sum.High, Digits)),
        ];
}

using AmViz.Atlas.Quiz;
using AmViz.Responses;

namespace AmViz.Atlas.Data;

/// <summary>How often people knew which of two photographs excites a channel more.</summary>
/// <param name="Condition">What they were shown beside them.</param>
/// <param name="Answers">How often they were asked.</param>
/// <param name="Right">How often they were right.</param>
/// <param name="Low">Lower end of the 95 % interval of the share.</param>
/// <param name="High">Upper end of it.</param>
internal sealed record ToldDoc(QuizCondition Condition, int Answers, int Right, double Low, double High)
{
    /// <summary>What was told of a picture: answers beside another picture of the channel are none about this one.</summary>
    /// <param name="told">Of the channel; null if nobody was asked.</param>
    /// <param name="sha256">Of the picture; null for none.</param>
    public static IReadOnlyList<ToldDoc> Of(IReadOnlyList<ToldByPeople>? told, string? sha256)
        =>
        [
            .. from one in told ?? []
               where one.Picture is null || one.Picture == sha256
               select new ToldDoc(one.Condition, one.Answers, one.Right, one.Low, one.High),
        ];
}

namespace AmViz.Responses;

/// <summary>A row of a table of answers: an answer of a person, held against the right one.</summary>
/// <param name="Sitting">Answers of one person have the same.</param>
/// <param name="Question">Number of the question.</param>
/// <param name="Condition">What was shown beside the photographs.</param>
/// <param name="Channel">From 0.</param>
/// <param name="PictureSha256">SHA-256 of the picture that was drawn for the channel, shown or not.</param>
/// <param name="Side">What was answered.</param>
/// <param name="IsRight">Whether that photograph excites the channel more.</param>
/// <param name="Seconds">Time that it took.</param>
public sealed record MarkedAnswer(string Sitting, int Question, QuizCondition Condition, int Channel, string PictureSha256, QuizSide Side, bool IsRight, double Seconds)
{
    /// <summary>Marks the answers of a person.</summary>
    /// <exception cref="InvalidDataException">The sheet answers another quiz, or a question that there is not.</exception>
    public static IReadOnlyList<MarkedAnswer> Mark(QuizPlan quiz, AnswerSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(quiz);
        ArgumentNullException.ThrowIfNull(sheet);
        if (sheet.Quiz != quiz.Id)
        {
            throw new InvalidDataException($"It answers the quiz '{sheet.Quiz}'. Expected '{quiz.Id}'.");
        }

        var questions = quiz.Questions.ToDictionary(question => question.Number);
        return [.. sheet.Answers.OrderBy(answer => answer.Question).Select(answer => Mark(questions, sheet.Sitting, answer))];
    }

    private static MarkedAnswer Mark(Dictionary<int, QuizQuestion> questions, string sitting, GivenAnswer answer)
        => questions.TryGetValue(answer.Question, out var question)
            ? new(sitting, question.Number, question.Condition, question.Channel, question.Picture.Sha256, answer.Side, answer.Side == question.RightAnswer(), answer.Seconds)
            : throw new InvalidDataException($"It answers question {answer.Question}. Expected 1 to {questions.Count}.");
}

namespace AmViz.Responses.Tests.Quiz;

/// <summary>Channels that a test asks about: photograph N of channel C excites it by 100 - N, the weak ones by N.</summary>
internal static class TestQuiz
{
    public const int Photographs = 9;

    private const float Strong = 100;

    public static IReadOnlyList<QuizChannel> Channels(int count) => [.. Enumerable.Range(0, count).Select(channel => Channel(channel))];

    public static QuizChannel Channel(int channel, int photographs = Photographs) => new(
        channel, new($"results/{channel}.png", $"digest {channel}"),
        [.. Enumerable.Range(0, photographs).Select(i => Photograph($"strong {channel} {i}", Strong - i))],
        [.. Enumerable.Range(0, photographs).Select(i => Photograph($"weak {channel} {i}", i))]);

    public static QuizPhotograph Photograph(string name, float response) => new(name, response, $"crops/{name}.png");

    public static QuizPlan Plan(int channels = 6, int questions = 12, int seed = 0) => new(
        QuizPlan.CurrentFormatVersion, "net", "f00d", "conv", "pass", seed, new QuizDrawing(seed).Draw(Channels(channels), Enum.GetValues<QuizCondition>(), questions));

    public static AnswerSheet Answers(QuizPlan quiz, Func<QuizQuestion, bool> isRight, string sitting = "ab12") => new(
        AnswerSheet.FormatName, AnswerSheet.CurrentFormatVersion, quiz.Id, sitting,
        [.. quiz.Questions.Select(question => new GivenAnswer(question.Number, isRight(question) ? question.RightAnswer() : 1 - question.RightAnswer(), question.Number))]);
}

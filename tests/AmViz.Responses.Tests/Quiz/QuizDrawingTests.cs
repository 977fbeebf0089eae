using CsCheck;

namespace AmViz.Responses.Tests.Quiz;

public sealed class QuizDrawingTests
{
    private static readonly QuizCondition[] All = Enum.GetValues<QuizCondition>();

    private static readonly Gen<(int Seed, int Channels, int Count, QuizCondition[] Conditions, IReadOnlyList<QuizQuestion> Questions)> Drawn =
        from seed in Gen.Int
        from channels in Gen.Int[3, 40]
        from count in Gen.Int[1, 150]
        from conditions in Gen.Int[0, 2].Select(i => i switch { 0 => All, 1 => [QuizCondition.Picture], _ => new[] { QuizCondition.Picture, QuizCondition.Control } })
        select (seed, channels, count, conditions, new QuizDrawing(seed).Draw(TestQuiz.Channels(channels), conditions, count));

    [Fact]
    public void AsManyQuestionsAreDrawnAsAreWantedAndPossible()
        => Drawn.Sample(drawn =>
        {
            Assert.Equal(Math.Min(drawn.Count, QuizDrawing.MostQuestions(drawn.Channels, drawn.Conditions.Length)), drawn.Questions.Count);
            Assert.Equal(Enumerable.Range(1, drawn.Questions.Count), drawn.Questions.Select(question => question.Number));
        });

    [Fact]
    public void ConditionsDifferByAtMostOneQuestion()
        => Drawn.Sample(drawn => AtMostOneApart(drawn.Conditions.Select(condition => drawn.Questions.Count(question => question.Condition == condition))));

    [Fact]
    public void OfEachConditionTheRightAnswerStandsOnBothSidesEquallyOften()
        => Drawn.Sample(drawn => Assert.All(
            drawn.Questions.GroupBy(question => question.Condition),
            some => AtMostOneApart([some.Count(question => question.RightAnswer() == QuizSide.Left), some.Count(question => question.RightAnswer() == QuizSide.Right)])));

    [Fact]
    public void AChannelIsAskedAboutUnderOneConditionAndNeverTwiceWithTheSamePhotograph()
        => Drawn.Sample(drawn => Assert.All(drawn.Questions.GroupBy(question => question.Channel), some =>
        {
            Assert.Single(some.Select(question => question.Condition).Distinct());
            Assert.InRange(some.Count(), 1, QuizChannel.Pairs);
            var asked = some.SelectMany(question => new[] { question.Left, question.Right }).ToList();
            Assert.Equal(asked.Count, asked.Distinct().Count());
        }));

    [Fact]
    public void WhatIsShownBesideAQuestionIsAskedAboutInNone()
        => Drawn.Sample(drawn => Assert.All(drawn.Questions.GroupBy(question => question.Channel), some =>
        {
            var asked = some.SelectMany(question => new[] { question.Left, question.Right }).ToHashSet();
            Assert.All(some.SelectMany(question => question.References), reference => Assert.DoesNotContain(reference, asked));
        }));

    [Fact]
    public void PhotographsAreShownBesideTheirConditionAloneTheStrongestFirst()
        => Drawn.Sample(drawn => Assert.All(drawn.Questions, question =>
        {
            Assert.Equal(question.Condition == QuizCondition.Photographs ? TestQuiz.Photographs - QuizChannel.Pairs : 0, question.References.Count);
            Assert.Equal(question.References.OrderByDescending(reference => reference.Response), question.References);
        }));

    [Fact]
    public void AQuestionIsAboutAStrongAndAWeakPhotographOfItsChannel()
        => Drawn.Sample(drawn => Assert.All(drawn.Questions, question =>
        {
            var (strong, weak) = question.RightAnswer() == QuizSide.Left ? (question.Left, question.Right) : (question.Right, question.Left);
            Assert.Contains(strong, TestQuiz.Channel(question.Channel).Strongest);
            Assert.Contains(weak, TestQuiz.Channel(question.Channel).Weakest);
        }));

    [Fact]
    public void EqualSeedsDrawEqualQuestionsWhateverTheOrderOfChannels()
        => Drawn.Sample(drawn => Assert.Equal(
            SweepJsonOf(drawn.Questions),
            SweepJsonOf(new QuizDrawing(drawn.Seed).Draw(TestQuiz.Channels(drawn.Channels).Reverse(), [.. drawn.Conditions.Reverse()], drawn.Count))));

    /// <summary>Another machine, and a later version, must draw these.</summary>
    [Fact]
    public void TheQuestionsOfSeed7AreKnown()
        => Assert.Equal(
            "3PiL 4PiR 2CoR 5PhR 1CoL 0PhL",
            string.Join(' ', new QuizDrawing(7).Draw(TestQuiz.Channels(6), All, 6).Select(question => $"{question.Channel}{question.Condition.ToString()[..2]}{question.RightAnswer().ToString()[0]}")));

    [Fact]
    public void OtherSeedsDrawOtherQuestions()
        => Assert.NotEqual(TestQuiz.Plan(seed: 1).Questions, TestQuiz.Plan(seed: 2).Questions);

    [Theory]
    [InlineData(9, 9, 1f, true)]
    [InlineData(6, 3, 1f, true)]
    [InlineData(5, 9, 1f, false)]
    [InlineData(9, 2, 1f, false)]
    [InlineData(9, 9, 0f, false)]
    public void AChannelIsAskedAboutWhereStrongAndWeakPhotographsDiffer(int strongest, int weakest, float difference, bool isAsked)
        => Assert.Equal(isAsked, QuizChannel.Of(
            0, new("a.png", "ab"), [.. Enumerable.Range(0, strongest).Select(i => TestQuiz.Photograph($"s{i}", difference))],
            [.. Enumerable.Range(0, weakest).Select(i => TestQuiz.Photograph($"w{i}", 0))]) is not null);

    private static string SweepJsonOf(IReadOnlyList<QuizQuestion> questions) => System.Text.Json.JsonSerializer.Serialize(questions, AmViz.Sweeps.SweepJson.Compact);

    private static void AtMostOneApart(IEnumerable<int> counts)
    {
        var all = counts.ToList();
        Assert.InRange(all.Max() - all.Min(), 0, 1);
    }
}

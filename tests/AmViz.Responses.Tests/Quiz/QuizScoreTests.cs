using CsCheck;

namespace AmViz.Responses.Tests.Quiz;

public sealed class QuizScoreTests
{
    /// <summary>Newcombe 1998 (Statistics in Medicine 17, p. 857), table I, method 3: Wilson's interval without correction.</summary>
    [Theory]
    [InlineData(263, 81, 0.2553, 0.3662)]
    [InlineData(148, 15, 0.0624, 0.1605)]
    [InlineData(20, 0, 0.0000, 0.1611)]
    [InlineData(29, 1, 0.0061, 0.1718)]
    public void TheIntervalIsThatOfTheLiterature(int answers, int right, double low, double high)
    {
        var score = QuizScore.Of(answers, right);
        Assert.Equal(low, score.Low, 4);
        Assert.Equal(high, score.High, 4);
    }

    [Fact]
    public void TheIntervalHoldsTheShareAndMirrorsIt()
        => Gen.Int[1, 500].SelectMany(answers => Gen.Int[0, answers].Select(right => (answers, right))).Sample((answers, right) =>
        {
            var (score, mirrored) = (QuizScore.Of(answers, right), QuizScore.Of(answers, answers - right));
            Assert.InRange(score.Share, score.Low, score.High);
            Assert.InRange(score.Low, 0, 1);
            Assert.InRange(score.High, 0, 1);
            Assert.Equal(1 - score.High, mirrored.Low, 12);
        });

    [Fact]
    public void SeveralPeopleAddUpAndTheSameAnswerCountsOnce()
    {
        var quiz = TestQuiz.Plan(channels: 6, questions: 18);
        var first = MarkedAnswer.Mark(quiz, TestQuiz.Answers(quiz, _ => true, "aa"));
        var second = MarkedAnswer.Mark(quiz, TestQuiz.Answers(quiz, question => question.Condition == QuizCondition.Picture, "bb"));

        var result = QuizResult.Of([.. first, .. second, .. first]);

        Assert.Equal(2, result.People);
        Assert.Equal([(QuizCondition.Picture, 12, 12), (QuizCondition.Photographs, 12, 6), (QuizCondition.Control, 12, 6)], result.Conditions.Select(one => (one.Condition, one.Score.Answers, one.Score.Right)));
        Assert.Equal(Enumerable.Range(0, 6), result.Channels.Select(one => one.Channel));
        Assert.All(result.Channels, one => Assert.Equal((6, one.Condition == QuizCondition.Picture ? 6 : 3), (one.Score.Answers, one.Score.Right)));
    }

    [Fact]
    public void WithoutAnswersNothingIsTold()
    {
        var result = QuizResult.Of([]);
        Assert.Equal(0, result.People);
        Assert.Empty(result.Conditions);
        Assert.Empty(result.Channels);
    }
}

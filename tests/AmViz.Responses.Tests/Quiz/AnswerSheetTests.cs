using System.Text;
using AmViz.Sweeps;

namespace AmViz.Responses.Tests.Quiz;

public sealed class AnswerSheetTests
{
    private const string Right = """{"format":"amviz-quiz-answers","formatVersion":1,"quiz":"0123456789abcdef","sitting":"ab12","answers":[{"question":1,"side":"left","seconds":2.5}]}""";

    [Fact]
    public void AFileIsReadAsThePageSavedIt()
    {
        var sheet = AnswerSheet.Read(Encoding.UTF8.GetBytes(Right));
        Assert.Equal(("0123456789abcdef", "ab12"), (sheet.Quiz, sheet.Sitting));
        Assert.Equal([new GivenAnswer(1, QuizSide.Left, 2.5)], sheet.Answers);
    }

    [Fact]
    public void EqualAnswersHaveOneDigestHoweverTheirFileIsLaidOut()
    {
        var sheet = AnswerSheet.Read(Encoding.UTF8.GetBytes(Right));
        Assert.Equal(sheet.Digest, AnswerSheet.Read(Encoding.UTF8.GetBytes(Right.Replace(",", " ,\n ", StringComparison.Ordinal))).Digest);
        Assert.NotEqual(sheet.Digest, AnswerSheet.Read(Encoding.UTF8.GetBytes(Right.Replace("ab12", "ab13", StringComparison.Ordinal))).Digest);
        Assert.NotEqual(sheet.Digest, AnswerSheet.Read(Encoding.UTF8.GetBytes(Right.Replace("left", "right", StringComparison.Ordinal))).Digest);
    }

    [Theory]
    [InlineData(Right, "no JSON", "Expected JSON")]
    [InlineData(Right, "", "Expected JSON")]
    [InlineData(Right, "null", "Found null")]
    [InlineData(Right, "[]", "Expected JSON")]
    [InlineData(Right, "{}", "its format is 'nothing'")]
    [InlineData("amviz-quiz-answers", "other", "its format is 'other'. Expected 'amviz-quiz-answers'")]
    [InlineData("\"formatVersion\":1", "\"formatVersion\":2", "format version 2; this program reads 1 to 1. Use a newer version")]
    [InlineData("\"formatVersion\":1", "\"formatVersion\":0", "format version 0")]
    [InlineData("\"formatVersion\":1,", "", "format version nothing")]
    [InlineData("0123456789abcdef", "../../etc", "is not the id of one")]
    [InlineData("ab12", "", "is none that a page drew")]
    [InlineData("ab12", "Ann Smith", "is none that a page drew")]
    [InlineData("\"side\":\"left\"", "\"side\":\"up\"", "Expected JSON")]
    [InlineData("\"side\":\"left\"", "\"side\":0", "Expected JSON")]
    [InlineData("\"side\":\"left\",", "", "Expected JSON")]
    [InlineData("2.5", "-1", "took -1 seconds")]
    [InlineData("2.5", "\"NaN\"", "took NaN seconds")]
    [InlineData("""{"question":1,"side":"left","seconds":2.5}""", "", "There is no answer in it")]
    [InlineData("""{"question":1,"side":"left","seconds":2.5}""", "null", "is null")]
    [InlineData("}]", """},{"question":1,"side":"right","seconds":1}]""", "Question 1 is answered 2 times")]
    public void WhatIsNoFileOfAnswersIsExplained(string part, string instead, string said)
    {
        var changed = Right.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Right, changed);
        Assert.Contains(said, Assert.Throws<InvalidDataException>(() => AnswerSheet.Read(Encoding.UTF8.GetBytes(changed))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyDamageIsAnErrorThatIsExplained()
    {
        var bytes = Encoding.UTF8.GetBytes(Right);
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var wrong in new byte[] { 0, (byte)'"', (byte)'9', 0xFF })
            {
                var damaged = bytes.ToArray();
                damaged[i] = wrong;
                var error = Record.Exception(() => AnswerSheet.Read(damaged));
                Assert.True(error is null or InvalidDataException, $"byte {i}: {error}");
            }
        }
    }

    [Fact]
    public void AnswersAreMarked()
    {
        var quiz = TestQuiz.Plan();
        var marked = MarkedAnswer.Mark(quiz, TestQuiz.Answers(quiz, question => question.Number % 2 == 0));
        Assert.Equal(quiz.Questions.Select(question => (question.Number, question.Condition, question.Channel, question.Number % 2 == 0)), marked.Select(answer => (answer.Question, answer.Condition, answer.Channel, answer.IsRight)));
    }

    [Fact]
    public void AnswersToAnotherQuizOrToNoQuestionAreRefused()
    {
        var quiz = TestQuiz.Plan();
        var other = TestQuiz.Answers(TestQuiz.Plan(seed: 1), _ => true);
        Assert.Contains($"Expected '{quiz.Id}'", Assert.Throws<InvalidDataException>(() => MarkedAnswer.Mark(quiz, other)).Message, StringComparison.Ordinal);
        var unknown = TestQuiz.Answers(quiz, _ => true) with { Answers = [new(13, QuizSide.Left, 1)] };
        Assert.Contains("question 13. Expected 1 to 12", Assert.Throws<InvalidDataException>(() => MarkedAnswer.Mark(quiz, unknown)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheIdOfAQuizSurvivesItsFile()
    {
        var quiz = TestQuiz.Plan();
        Assert.True(QuizPlan.IsId(quiz.Id));
        Assert.Equal(quiz.Id, System.Text.Json.JsonSerializer.Deserialize<QuizPlan>(System.Text.Json.JsonSerializer.Serialize(quiz, SweepJson.Indented), SweepJson.Compact)!.Id);
    }
}

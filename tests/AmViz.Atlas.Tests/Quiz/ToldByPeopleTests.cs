using AmViz.Atlas.Tests.Browser;
using AmViz.Atlas.Tests.Data;
using AmViz.Responses;
using AmViz.Storage;
using Microsoft.Playwright;

namespace AmViz.Atlas.Tests.Quiz;

public sealed class ToldByPeopleTests(BrowserFixture browser)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AChannelShowsHowOftenPeopleWereRight()
    {
        using var quiz = await SampleQuiz.CreateAsync(questions: 12);
        await AnswerAsync(quiz, quiz.Plan, "aa", _ => true);
        await AnswerAsync(quiz, quiz.Plan, "bb", question => question.Number == FirstOf(quiz, QuizCondition.Picture).Number);
        await quiz.Sweep.BuildAsync();
        var (drawn, control) = (FirstOf(quiz, QuizCondition.Picture).Channel, FirstOf(quiz, QuizCondition.Control).Channel);

        await using var watched = await browser.OpenAsync(Address(quiz, drawn));
        var page = watched.Page;
        await Assertions.Expect(page.Locator(".known > .note")).ToContainTextAsync("3 of 4, shown its picture (95 % interval of the share 0.30 to 0.95). By chance half.");
        await page.EvaluateAsync($"location.hash = location.hash.replace(/\\d+$/, '{control}')");
        await Assertions.Expect(page.Locator(".known > .note")).ToContainTextAsync("2 of 4, shown nothing");
        Assert.Equal(0.75f, new AtlasData(quiz.Sweep.AtlasFolder).Column($"{quiz.Sweep.Plan.Id}/net/{SampleQuiz.Layer}", "people")[drawn]);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task NewAnswersRewriteTheLayerAndNothingElseDoes()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        await quiz.Sweep.BuildAsync();
        Assert.Equal(0, ToldOf(quiz));

        await AnswerAsync(quiz, quiz.Plan, "aa", _ => true);
        Assert.Equal(1, (await quiz.Sweep.BuildAsync()).LayersWritten);
        Assert.Equal(1, ToldOf(quiz));
        Assert.Equal(1, (await quiz.Sweep.BuildAsync()).LayersKept);
    }

    [Fact]
    public async Task WhatPeopleToldOfAnotherPictureIsNotShownBesideThisOne()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        var other = quiz.Plan with { Questions = [.. quiz.Plan.Questions.Select(question => question with { Picture = new("results/other.png", "another digest") })] };
        await new QuizStore(quiz.Store).WriteAsync(other, Token);
        await AnswerAsync(quiz, other, "aa", _ => true);
        await quiz.Sweep.BuildAsync();

        await using var watched = await browser.OpenAsync(Address(quiz, FirstOf(quiz, QuizCondition.Picture).Channel));
        await Assertions.Expect(watched.Page.Locator(".known .rise")).ToBeVisibleAsync();
        Assert.Equal(0, await watched.Page.Locator(".known > .note").CountAsync());
        await watched.Page.EvaluateAsync($"location.hash = location.hash.replace(/\\d+$/, '{FirstOf(quiz, QuizCondition.Photographs).Channel}')");
        await Assertions.Expect(watched.Page.Locator(".known > .note")).ToContainTextAsync("1 of 1, shown photographs that excite it");
    }

    private static QuizQuestion FirstOf(SampleQuiz quiz, QuizCondition condition) => quiz.Plan.Questions.First(question => question.Condition == condition);

    private static string Address(SampleQuiz quiz, int channel) => FormattableString.Invariant($"{quiz.Sweep.AtlasFolder}/index.html#/{quiz.Sweep.Plan.Id}/net/{SampleQuiz.Layer}/{channel}");

    private static int ToldOf(SampleQuiz quiz) => new AtlasData(quiz.Sweep.AtlasFolder)
        .Record($"{quiz.Sweep.Plan.Id}/net/{SampleQuiz.Layer}", FirstOf(quiz, QuizCondition.Picture).Channel).GetProperty("people").GetArrayLength();

    private static async Task AnswerAsync(SampleQuiz quiz, QuizPlan plan, string sitting, Func<QuizQuestion, bool> isRight)
    {
        var sheet = new AnswerSheet(
            AnswerSheet.FormatName, AnswerSheet.CurrentFormatVersion, plan.Id, sitting,
            [.. plan.Questions.Select(question => new GivenAnswer(question.Number, isRight(question) ? question.RightAnswer() : 1 - question.RightAnswer(), 1))]);
        Assert.True(await new QuizStore(quiz.Store).WriteAnswersAsync(plan, sheet.Digest, MarkedAnswer.Mark(plan, sheet), Token));
    }
}

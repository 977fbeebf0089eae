using AmViz.Atlas.Output;
using AmViz.Responses;
using AmViz.Storage;
using Microsoft.Playwright;

namespace AmViz.Atlas.Tests.Quiz;

public sealed class PeopleOnPagesTests(BrowserFixture browser)
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

        await using var watched = await browser.OpenAsync($"{LayerPage(quiz)}#channel={drawn}");
        var page = watched.Page;
        await Assertions.Expect(page.Locator("#people")).ToContainTextAsync("3 of 4, shown its picture (95 % interval of the share 0.30 to 0.95). By chance half.");
        await page.EvaluateAsync($"location.hash = 'channel={control}'");
        await Assertions.Expect(page.Locator("#people")).ToContainTextAsync("2 of 4, shown nothing");
        Assert.Equal("told by people: 3 of 4", await page.Locator($"a[href='#channel={drawn}'] .label").Last.EvaluateAsync<string>("label => label.lastChild.textContent"));
        Assert.Equal(0, await page.Locator($"a[href='#channel={control}'] .label").CountAsync());
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task NewAnswersRewriteThePageAndNothingElseDoes()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        await quiz.Sweep.BuildAsync();
        Assert.DoesNotContain("Told by people", await File.ReadAllTextAsync(LayerPage(quiz), Token), StringComparison.Ordinal);

        await AnswerAsync(quiz, quiz.Plan, "aa", _ => true);
        Assert.Equal(1, (await quiz.Sweep.BuildAsync()).LayerPagesWritten);
        Assert.Contains("Told by people", await File.ReadAllTextAsync(LayerPage(quiz), Token), StringComparison.Ordinal);
        Assert.Equal(1, (await quiz.Sweep.BuildAsync()).LayerPagesKept);
    }

    [Fact]
    public async Task WhatPeopleToldOfAnotherPictureIsNotShownBesideThisOne()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        var other = quiz.Plan with { Questions = [.. quiz.Plan.Questions.Select(question => question with { Picture = new("results/other.png", "another digest") })] };
        await new QuizStore(quiz.Store).WriteAsync(other, Token);
        await AnswerAsync(quiz, other, "aa", _ => true);
        await quiz.Sweep.BuildAsync();

        await using var watched = await browser.OpenAsync($"{LayerPage(quiz)}#channel={FirstOf(quiz, QuizCondition.Picture).Channel}");
        await Assertions.Expect(watched.Page.Locator("#channel-title")).ToBeVisibleAsync();
        Assert.True(await watched.Page.IsHiddenAsync("#people"));
        await watched.Page.EvaluateAsync($"location.hash = 'channel={FirstOf(quiz, QuizCondition.Photographs).Channel}'");
        await Assertions.Expect(watched.Page.Locator("#people")).ToContainTextAsync("1 of 1, shown photographs that excite it");
    }

    private static QuizQuestion FirstOf(SampleQuiz quiz, QuizCondition condition) => quiz.Plan.Questions.First(question => question.Condition == condition);

    private static string LayerPage(SampleQuiz quiz) => Path.Combine(quiz.Sweep.AtlasFolder, AtlasPaths.Layer(quiz.Sweep.Plan.Id, "net", SampleQuiz.Layer));

    private static async Task AnswerAsync(SampleQuiz quiz, QuizPlan plan, string sitting, Func<QuizQuestion, bool> isRight)
    {
        var sheet = new AnswerSheet(
            AnswerSheet.FormatName, AnswerSheet.CurrentFormatVersion, plan.Id, sitting,
            [.. plan.Questions.Select(question => new GivenAnswer(question.Number, isRight(question) ? question.RightAnswer() : 1 - question.RightAnswer(), 1))]);
        Assert.True(await new QuizStore(quiz.Store).WriteAnswersAsync(plan, sheet.Digest, MarkedAnswer.Mark(plan, sheet), Token));
    }
}

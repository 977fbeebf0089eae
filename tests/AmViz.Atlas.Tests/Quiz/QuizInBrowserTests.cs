using AmViz.Atlas.Tests.Browser;
using AmViz.Responses;
using Microsoft.Playwright;

namespace AmViz.Atlas.Tests.Quiz;

public sealed class QuizInBrowserTests(BrowserFixture browser)
{
    private const int Questions = 6;
    private const int Wide = 1280;
    private const int Narrow = 360;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnswersAreGivenByKeyboardSavedAndReadBack()
    {
        using var quiz = await SampleQuiz.CreateAsync(Questions);
        await using var watched = await browser.OpenAsync(quiz.Page);
        var page = watched.Page;

        await page.Keyboard.PressAsync("Enter");
        await AnswerAsync(page, quiz.Plan.Questions, question => question.Condition != QuizCondition.Control);
        var sheet = await SaveAsync(page, "#save");

        Assert.Equal(Enumerable.Range(1, Questions), sheet.Answers.Select(answer => answer.Question));
        Assert.All(MarkedAnswer.Mark(quiz.Plan, sheet), answer => Assert.Equal(answer.Condition != QuizCondition.Control, answer.IsRight));
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task APersonGoesOnLaterAndTheNextOneBeginsAnew()
    {
        using var quiz = await SampleQuiz.CreateAsync(Questions);
        await using var watched = await browser.OpenAsync(quiz.Page);
        var page = watched.Page;
        await page.Keyboard.PressAsync("Enter");
        await AnswerAsync(page, quiz.Plan.Questions.Take(2), _ => true);
        var part = await SaveAsync(page, "#save-part");
        Assert.Equal(2, part.Answers.Count);

        await page.ReloadAsync();
        Assert.Equal("Go on with question 3", await page.InnerTextAsync("#begin"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("Question 3 of 6", await page.InnerTextAsync("#place"));
        await AnswerAsync(page, quiz.Plan.Questions.Skip(2), _ => true);
        var whole = await SaveAsync(page, "#save");
        Assert.Equal((part.Sitting, 6), (whole.Sitting, whole.Answers.Count));
        Assert.Equal(part.Answers, whole.Answers.Take(2));

        await page.ClickAsync("#anew");
        Assert.Equal("Begin", await page.InnerTextAsync("#begin"));
        await page.ClickAsync("#begin");
        await AnswerAsync(page, quiz.Plan.Questions.Take(1), _ => false);
        Assert.NotEqual(part.Sitting, (await SaveAsync(page, "#save-part")).Sitting);
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task ByMouseAChoiceCanBeChangedUntilTheNextQuestion()
    {
        using var quiz = await SampleQuiz.CreateAsync(Questions);
        await using var watched = await browser.OpenAsync(quiz.Page);
        var page = watched.Page;
        await page.ClickAsync("#begin");
        Assert.True(await page.IsDisabledAsync("#next"));

        await page.ClickAsync("#left");
        await page.ClickAsync("#right");
        Assert.Equal(("false", "true"), (await page.GetAttributeAsync("#left", "aria-pressed"), await page.GetAttributeAsync("#right", "aria-pressed")));
        await page.ClickAsync("#next");

        var answer = Assert.Single((await SaveAsync(page, "#save-part")).Answers);
        Assert.Equal((1, QuizSide.Right), (answer.Question, answer.Side));
        Assert.True(await page.IsDisabledAsync("#next"));
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task EachQuestionShowsWhatItsConditionSays()
    {
        using var quiz = await SampleQuiz.CreateAsync(Questions);
        await using var watched = await browser.OpenAsync(quiz.Page);
        var page = watched.Page;
        await page.ClickAsync("#begin");
        foreach (var question in quiz.Plan.Questions)
        {
            var expected = question.Condition switch { QuizCondition.Picture => 1, QuizCondition.Photographs => question.References.Count, _ => 0 };
            Assert.Equal(expected, await page.Locator("#explanation img").CountAsync());
            Assert.Equal(2 + expected, await page.EvaluateAsync<int>(
                "async () => { const all = [...document.querySelectorAll('#question img')]; await Promise.all(all.map(one => one.decode())); return all.filter(one => one.naturalWidth > 0).length; }"));
            await AnswerAsync(page, [question], _ => true);
        }

        Assert.True(await page.IsVisibleAsync("#end"));
        Assert.Empty(watched.Complaints);
    }

    [Fact]
    public async Task WhereTheBrowserKeepsNothingThePageSaysSoAndSavesAllTheSame()
    {
        using var quiz = await SampleQuiz.CreateAsync(Questions);
        await using var watched = await browser.OpenAsync(quiz.Page);
        var page = watched.Page;
        await page.AddInitScriptAsync("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused', 'SecurityError'); } })");
        await page.ReloadAsync();
        Assert.True(await page.IsVisibleAsync("#unkept"));
        await page.Keyboard.PressAsync("Enter");
        await AnswerAsync(page, quiz.Plan.Questions, _ => true);
        Assert.Equal(Questions, (await SaveAsync(page, "#save")).Answers.Count);
        Assert.Empty(watched.Complaints);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("question")]
    [InlineData("chosen")]
    [InlineData("end")]
    public async Task InLightAndDarkWideAndNarrowAxeFindsNothingAndNothingIsWiderThanTheScreen(string place)
    {
        using var quiz = await SampleQuiz.CreateAsync(Questions);
        await using var watched = await browser.OpenAsync(quiz.Page, ColorScheme.Light, Wide);
        var page = watched.Page;
        await GoAsync(page, quiz.Plan.Questions, place);
        Assert.Empty(watched.Complaints);
        await Assertions.Expect(page.Locator("html")).ToHaveJSPropertyAsync("scrollWidth", Wide);
        await Axe.FindsNothingAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(Narrow, Wide);
        await Assertions.Expect(page.Locator("html")).ToHaveJSPropertyAsync("scrollWidth", Narrow);
        await Axe.LooksAreRightAsync(page);
    }

    private static async Task GoAsync(IPage page, IReadOnlyList<QuizQuestion> questions, string place)
    {
        if (place == "start")
        {
            return;
        }

        await page.ClickAsync("#begin");
        if (place == "end")
        {
            await AnswerAsync(page, questions, _ => true);
            return;
        }

        // The one that shows most.
        await AnswerAsync(page, questions.TakeWhile(question => question.Condition != QuizCondition.Photographs), _ => true);
        if (place == "chosen")
        {
            await page.Keyboard.PressAsync("ArrowLeft");
        }
    }

    private static async Task AnswerAsync(IPage page, IEnumerable<QuizQuestion> questions, Func<QuizQuestion, bool> isRight)
    {
        foreach (var question in questions)
        {
            Assert.StartsWith($"Question {question.Number} of ", await page.InnerTextAsync("#place"), StringComparison.Ordinal);
            var side = isRight(question) ? question.RightAnswer() : 1 - question.RightAnswer();
            await page.Keyboard.PressAsync(side == QuizSide.Left ? "ArrowLeft" : "ArrowRight");
            await page.Keyboard.PressAsync("Enter");
        }
    }

    private static async Task<AnswerSheet> SaveAsync(IPage page, string button)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync(button));
        Assert.Matches("^answers-[0-9a-f]{16}-[0-9a-f]{16}\\.json$", download.SuggestedFilename);
        return AnswerSheet.Read(await File.ReadAllBytesAsync(await download.PathAsync(), Token));
    }
}

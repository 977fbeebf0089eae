using AmViz.Atlas.Quiz;
using AmViz.Atlas.Tests.Photographs;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Tests.Quiz;

/// <summary>A quiz about the channels of a made-up sweep and pass, and its page.</summary>
internal sealed class SampleQuiz : IDisposable
{
    public const string Layer = "conv";

    private const int Channels = 6;

    private readonly SampleSweep _sweep;

    private SampleQuiz(SampleSweep sweep, QuizPlan plan, string page) => (_sweep, Plan, Page) = (sweep, plan, page);

    public QuizPlan Plan { get; }

    /// <summary>Path of the page.</summary>
    public string Page { get; }

    public FolderBlobStore Store => _sweep.Store;

    public SampleSweep Sweep => _sweep;

    public static async Task<SampleQuiz> CreateAsync(int questions = 6)
    {
        var token = TestContext.Current.CancellationToken;
        var sweep = await SampleSweep.CreateAsync(SampleSweep.Layer("net", Layer, Channels));
        var pass = await SamplePass.WriteAsync(sweep.Store, Layer, Channels);
        var examples = (await new ResponseReader(sweep.Store).ReadExamplesAsync(pass, Layer, token)).ToLookup(example => (example.Channel, example.Kind));
        QuizPhotograph[] Photographs(int channel, ExampleKind kind) => [.. examples[(channel, kind)].Select(example => new QuizPhotograph(example.Photograph, example.Response, example.Crop!.Value.Value))];
        var channels = sweep.Entries.Select(entry => QuizChannel.Of(
            entry.Channel, new(entry.Picture!, entry.Sha256!), Photographs(entry.Channel, ExampleKind.Top), Photographs(entry.Channel, ExampleKind.Bottom))!);
        var plan = new QuizPlan(
            QuizPlan.CurrentFormatVersion, "net", SampleSweep.Digest, Layer, pass.Pass, Seed: 1, new QuizDrawing(1).Draw(channels, Enum.GetValues<QuizCondition>(), questions));
        await new QuizStore(sweep.Store).WriteAsync(plan, token);
        return new(sweep, plan, await QuizPage.WriteAsync(sweep.Store, plan, Path.Combine(sweep.AtlasFolder, "quiz"), token));
    }

    /// <summary>Answers every question once.</summary>
    public async Task AnswerAsync(bool isRight)
    {
        var sheet = new AnswerSheet(
            AnswerSheet.FormatName, AnswerSheet.CurrentFormatVersion, Plan.Id, "aa", [.. Plan.Questions.Select(question => new GivenAnswer(question.Number, isRight ? question.RightAnswer() : 1 - question.RightAnswer(), 1))]);
        Assert.True(await new QuizStore(Store).WriteAnswersAsync(Plan, sheet.Digest, MarkedAnswer.Mark(Plan, sheet), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _sweep.Dispose();
}

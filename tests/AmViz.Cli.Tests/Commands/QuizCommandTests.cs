using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Responses;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests.Commands;

public sealed class QuizCommandTests : TinyNetworkTest
{
    private const string Layer = "conv_pw_5_bn";

    private readonly FakeEngine _engine = new() { Respond = (red, channel) => MathF.Sin((channel + 1) * red) };

    private string Out => Folder.At("out");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AQuizIsBuiltOnceAndNeedsNoNetwork()
    {
        await PrepareAsync();
        var built = (await DoneAsync("quiz", "build", "--questions", "6")).Json;
        var quiz = built.GetProperty("quiz").GetString()!;

        Assert.Equal((Layer, 6, 6), (built.GetProperty("layer").GetString(), built.GetProperty("questions").GetInt32(), built.GetProperty("channels").GetInt32()));
        Assert.Equal(Path.Combine(Out, "quiz", quiz, "index.html"), built.GetProperty("page").GetString());
        Assert.True(File.Exists(built.GetProperty("page").GetString()));
        Assert.True(File.Exists(built.GetProperty("key").GetString()));

        Assert.Equal(built.GetRawText(), (await DoneAsync("quiz", "build", "--questions", "6")).Json.GetRawText());
        Assert.NotEqual(quiz, (await DoneAsync("quiz", "build", "--questions", "6", "--seed", "1")).Json.GetProperty("quiz").GetString());
    }

    [Fact]
    public async Task ChannelsConditionsAndFolderCanBeChosen()
    {
        await PrepareAsync();
        var run = await CommandLineRun.OfAsync(_engine, ["quiz", "build", "--layer", Layer, "--channels", "0-2", "--conditions", "picture,control", "--to", Folder.At("page"), "--out", Out]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("6 questions about 3 channels of conv_pw_5_bn, picture, control", run.Output, StringComparison.Ordinal);
        Assert.Contains("60 were wanted", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Folder.At("page/index.html")));
    }

    [Fact]
    public async Task AnswersOfSeveralPeopleAddUpAndTheSameFileCountsOnce()
    {
        var quiz = await QuizAsync();
        var (ann, bob) = (Write("ann.json", quiz, "aa", _ => true), Write("bob.json", quiz, "bb", question => question.Condition == QuizCondition.Picture));

        Assert.Equal((1, 1, 2, 2), Told((await DoneAsync("quiz", "read", ann)).Json, "picture"));
        Assert.Equal((0, 1, 2, 2), Told((await DoneAsync("quiz", "read", ann, ann)).Json, "picture"));
        Assert.Equal((1, 2, 4, 2), Told((await DoneAsync("quiz", "read", ann, bob)).Json, "control"));
        var all = (await DoneAsync("quiz", "read")).Json;
        Assert.Equal((0, 2, 4, 4), Told(all, "picture"));
        var channel = all.GetProperty("quizzes")[0].GetProperty("result").GetProperty("channels").EnumerateArray().First(one => one.GetProperty("condition").GetString() == "picture");
        Assert.Equal((2, 2), (channel.GetProperty("score").GetProperty("answers").GetInt32(), channel.GetProperty("score").GetProperty("right").GetInt32()));
        Assert.Equal(2, Directory.GetFiles(all.GetProperty("quizzes")[0].GetProperty("tables").GetString()!, "*.parquet").Length);

        var told = await CommandLineRun.OfAsync(_engine, ["quiz", "read", "--out", Out]);
        Assert.Contains("answers of 2 people", told.Output, StringComparison.Ordinal);
        Assert.Matches("picture +4 +4 +1.00 +0.51 to 1.00", told.Output);
    }

    [Fact]
    public async Task APersonWhoSavedTwiceCountsOnce()
    {
        var quiz = await QuizAsync();
        var whole = Write("whole.json", quiz, "aa", _ => true);
        var part = Write("part.json", quiz, "aa", _ => true, answers: 3);
        Assert.Equal((2, 1, 2, 2), Told((await DoneAsync("quiz", "read", part, whole)).Json, "photographs"));
    }

    [Fact]
    public async Task FilesThatAreNoAnswersToAQuizOfTheStoreAreAllNamedAndNothingIsKept()
    {
        var quiz = await QuizAsync();
        var right = Write("right.json", quiz, "aa", _ => true);
        var other = Write("other.json", quiz with { Seed = 99 }, "aa", _ => true);
        await File.WriteAllTextAsync(Folder.At("torn.json"), "{", Token);
        var unknown = Write("unknown.json", quiz, "bb", _ => true, change: sheet => sheet with { Answers = [new(7, QuizSide.Left, 1)] });

        var run = await CommandLineRun.OfAsync(_engine, ["quiz", "read", right, other, Folder.At("torn.json"), unknown, Folder.At("gone.json"), "--out", Out]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"other.json': It answers the quiz", run.Error, StringComparison.Ordinal);
        Assert.Contains($"It has {quiz.Id}.", run.Error, StringComparison.Ordinal);
        Assert.Contains("torn.json': This is not a file of answers", run.Error, StringComparison.Ordinal);
        Assert.Contains("unknown.json': It answers question 7. Expected 1 to 6.", run.Error, StringComparison.Ordinal);
        Assert.Contains("gone.json': There is no such file.", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Out, "quizzes", quiz.Id, "answers")));
    }

    [Fact]
    public async Task ASittingThatAnswersOneQuestionInTwoWaysIsRefused()
    {
        var quiz = await QuizAsync();
        await DoneAsync("quiz", "read", Write("first.json", quiz, "aa", _ => true));
        var run = await CommandLineRun.OfAsync(_engine, ["quiz", "read", Write("second.json", quiz, "aa", question => question.Number != 2), "--out", Out]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("The sitting 'aa' answers question 2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsMissingIsExplained()
    {
        await ExplainsAsync("It has none; 'amviz run' makes one.", "quiz", "build");
        await ExplainsAsync("has no quiz; 'amviz quiz build' makes one.", "quiz", "read");
        await RunAsync("run", "--layer", Layer, "--channels", "0-5");
        await ExplainsAsync($"Run 'amviz respond --layer {Layer} --effective-fields 0 --out", "quiz", "build");
        await RunAsync("respond", "--layer", Layer, "--textures", "40", "--crops", "5", "--effective-fields", "0");
        await ExplainsAsync("photographs with at least 6 crops", "quiz", "build");
        await RunAsync("respond", "--layer", Layer, "--textures", "40", "--effective-fields", "0");
        await ExplainsAsync("draws no layer 'conv_pw_5'", "quiz", "build", "--layer", "conv_pw_5");
        await ExplainsAsync("2 channels of 'conv_pw_5_bn' can be asked about. Expected at least 3", "quiz", "build", "--channels", "0-1");
        await ExplainsAsync("'pictures' is not a value of --conditions. Did you mean 'picture'?", "quiz", "build", "--conditions", "pictures");
        await ExplainsAsync("--questions: 0 is out of range", "quiz", "build", "--questions", "0");
    }

    private async Task<QuizPlan> QuizAsync()
    {
        await PrepareAsync();
        var id = (await DoneAsync("quiz", "build", "--questions", "6")).Json.GetProperty("quiz").GetString()!;
        return (await new QuizStore(new FolderBlobStore(Out)).ReadAsync(id, Token))!;
    }

    private async Task PrepareAsync()
    {
        await RunAsync("run", "--layer", Layer, "--channels", "0-5");
        await RunAsync("respond", "--layer", Layer, "--textures", "40", "--effective-fields", "0");
    }

    private string Write(string name, QuizPlan quiz, string sitting, Func<QuizQuestion, bool> isRight, int answers = int.MaxValue, Func<AnswerSheet, AnswerSheet>? change = null)
    {
        var sheet = new AnswerSheet(
            AnswerSheet.FormatName, AnswerSheet.CurrentFormatVersion, quiz.Id, sitting,
            [.. quiz.Questions.Take(answers).Select(question => new GivenAnswer(question.Number, isRight(question) ? question.RightAnswer() : 1 - question.RightAnswer(), 2.5))]);
        File.WriteAllBytes(Folder.At(name), JsonSerializer.SerializeToUtf8Bytes(change?.Invoke(sheet) ?? sheet, SweepJson.Indented));
        return Folder.At(name);
    }

    private static (int NewFiles, int People, int Answers, int Right) Told(JsonElement document, string condition)
    {
        var quiz = document.GetProperty("quizzes")[0];
        var score = quiz.GetProperty("result").GetProperty("conditions").EnumerateArray().Single(one => one.GetProperty("condition").GetString() == condition).GetProperty("score");
        return (quiz.GetProperty("newFiles").GetInt32(), quiz.GetProperty("result").GetProperty("people").GetInt32(), score.GetProperty("answers").GetInt32(), score.GetProperty("right").GetInt32());
    }

    private Task<CommandLineRun> RunAsync(string command, params string[] arguments) => DoneAsync(command, ["--weights", Network.Path, .. arguments]);

    private async Task<CommandLineRun> DoneAsync(string command, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(_engine, [command, .. arguments, "--out", Out, "--json"]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run;
    }

    private async Task ExplainsAsync(string said, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(_engine, [.. arguments, "--out", Out]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}

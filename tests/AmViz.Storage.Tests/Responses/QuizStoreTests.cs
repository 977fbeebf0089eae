using AmViz.Responses;
using AmViz.TestKit;

namespace AmViz.Storage.Tests.Responses;

public sealed class QuizStoreTests
{
    private static readonly QuizPlan Quiz = new(
        QuizPlan.CurrentFormatVersion, "net", "f00d", "block 1", "pass", 3,
        [new(1, QuizCondition.Photographs, 7, new("results/7.png", "ab"), new("left", 2, "crops/left.png"), new("right", 1.5f, "crops/right.png"), [new("other", 1.9f, "crops/other.png")])]);

    private static readonly MarkedAnswer[] Answers =
    [
        new("aa", 1, QuizCondition.Photographs, 7, "ab", QuizSide.Left, IsRight: true, 2.5),
        new("aa", 2, QuizCondition.Control, 8, "cd", QuizSide.Right, IsRight: false, 0),
    ];

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private QuizStore Store => new(_blobs);

    [Fact]
    public async Task AQuizIsReadBackAsItWasWritten()
    {
        Assert.Null(await Store.ReadAsync(Quiz.Id, Token));
        Assert.Empty(await Store.ReadAllAsync(Token));
        await Store.WriteAsync(Quiz, Token);
        await Store.WriteAsync(Quiz with { Seed = 4 }, Token);
        Assert.Equal(Quiz.Questions[0].References, (await Store.ReadAsync(Quiz.Id, Token))!.Questions[0].References);
        Assert.Equal([3, 4], (await Store.ReadAllAsync(Token)).Select(quiz => quiz.Seed).Order());
    }

    [Fact]
    public async Task AQuizThatWasChangedIsRefused()
    {
        await _blobs.CreateAsync(ResultLayout.Quiz("0123456789abcdef"), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Quiz, AmViz.Sweeps.SweepJson.Indented), Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => Store.ReadAsync("0123456789abcdef", Token));
        Assert.Contains("it was changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswersAreReadBackAsTheyWereWrittenAndTheSameOnesAreKeptOnce()
    {
        Assert.Empty(await Store.ReadAnswersAsync(Quiz, Token));
        Assert.True(await Store.WriteAnswersAsync(Quiz, "d1", Answers, Token));
        Assert.False(await Store.WriteAnswersAsync(Quiz, "d1", Answers, Token));
        Assert.Equal(Answers, await Store.ReadAnswersAsync(Quiz, Token));
        Assert.True(await Store.WriteAnswersAsync(Quiz, "d2", [Answers[0] with { Sitting = "bb" }], Token));
        Assert.Equal(3, (await Store.ReadAnswersAsync(Quiz, Token)).Count);
    }

    [Fact]
    public async Task AnotherProgramReadsAnswers()
    {
        using var folder = new TemporaryFolder();
        await new QuizStore(new FolderBlobStore(folder.Path)).WriteAnswersAsync(Quiz, "d1", Answers, Token);
        var rows = await DuckDb.Query($"SELECT sitting, question, condition, channel, side, \"right\", seconds FROM '{folder.At("quizzes/*/answers/*.parquet")}' ORDER BY question");
        Assert.Equal([["aa", "1", "photographs", "7", "left", "True", "2.5"], ["aa", "2", "control", "8", "right", "False", "0"]], rows);
    }

    [Fact]
    public async Task ADamagedTableIsNamedWithWhatToDo()
    {
        await _blobs.CreateAsync(ResultLayout.QuizAnswers(Quiz.Id, "d1"), new byte[] { 1, 2, 3 }, Token);
        var error = await Assert.ThrowsAsync<CorruptBlobException>(() => Store.ReadAnswersAsync(Quiz, Token));
        Assert.Contains("run 'amviz quiz read' with its file of answers again", error.Message, StringComparison.Ordinal);
    }
}

using System.Text.Json;
using AmViz.Atlas.Quiz;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Tests.Quiz;

public sealed class QuizPageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThePageIsOneFileThatNamesNoPhotographAndNoChannel()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        var page = await File.ReadAllTextAsync(quiz.Page, Token);

        Assert.Equal([quiz.Page], Directory.GetFiles(Path.GetDirectoryName(quiz.Page)!, "*", SearchOption.AllDirectories));
        Assert.All(
            quiz.Plan.Questions.SelectMany(question => question.References.Append(question.Left).Append(question.Right)),
            photograph => Assert.False(page.Contains(photograph.Photograph, StringComparison.Ordinal) || page.Contains(photograph.Crop, StringComparison.Ordinal)));
        Assert.DoesNotContain("http:", page.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        var question = DataOf(page).GetProperty("questions")[0];
        Assert.Equal(["number", "condition", "left", "right", "shown"], question.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task EqualQuizzesHaveEqualPages()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        var again = await QuizPage.WriteAsync(quiz.Store, quiz.Plan, Path.Combine(quiz.Sweep.AtlasFolder, "again"), Token);
        Assert.Equal(await File.ReadAllBytesAsync(quiz.Page, Token), await File.ReadAllBytesAsync(again, Token));
    }

    [Fact]
    public async Task APictureThatIsMissingOrDamagedIsNamedWithWhatToDo()
    {
        using var quiz = await SampleQuiz.CreateAsync();
        var crop = new BlobPath(quiz.Plan.Questions[0].Left.Crop);
        await File.WriteAllBytesAsync(quiz.Sweep.FileOf(crop), [1, 2, 3], Token);
        var damaged = await Assert.ThrowsAsync<CorruptBlobException>(() => QuizPage.WriteAsync(quiz.Store, quiz.Plan, quiz.Sweep.AtlasFolder, Token));
        Assert.Contains("is no picture any more", damaged.Message, StringComparison.Ordinal);
        File.Delete(quiz.Sweep.FileOf(crop));
        var missing = await Assert.ThrowsAsync<StorageException>(() => QuizPage.WriteAsync(quiz.Store, quiz.Plan, quiz.Sweep.AtlasFolder, Token));
        Assert.Contains($"'{crop}' of", missing.Message, StringComparison.Ordinal);
    }

    private static JsonElement DataOf(string page)
    {
        const string Begin = "id=\"quiz-data\">";
        var from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return JsonDocument.Parse(page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)]).RootElement;
    }
}

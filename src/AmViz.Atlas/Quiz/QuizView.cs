using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Responses;

namespace AmViz.Atlas.Quiz;

/// <summary>A quiz, for quiz.html: one file with all that it needs, which may ask nobody else for anything. Properties are the names in the template.</summary>
internal sealed class QuizView
{
    public required string Title { get; init; }

    public required string Id { get; init; }

    public required string Model { get; init; }

    public required string Layer { get; init; }

    public required int Count { get; init; }

    public required string Json { get; init; }

    public string Style { get; } = QuizTemplate.Read("quiz.css");

    public string Script { get; } = QuizTemplate.Read("quiz.js");

    /// <summary>For the page's policy, which allows this style and this script and no other.</summary>
    public string StyleHash => HashOf(Style);

    public string ScriptHash => HashOf(Script);

    public string Software { get; } =
        typeof(QuizView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>Makes the page's view.</summary>
    /// <param name="quiz">The quiz.</param>
    /// <param name="images">The pictures that it shows, as addresses that hold them.</param>
    public static QuizView Of(QuizPlan quiz, QuizImages images) => new()
    {
        Title = $"Quiz: {quiz.Layer}, {quiz.Model}",
        Id = quiz.Id,
        Model = quiz.Model,
        Layer = quiz.Layer,
        Count = quiz.Questions.Count,
        Json = JsonSerializer.Serialize(
            new QuizDocument(AnswerSheet.FormatName, AnswerSheet.CurrentFormatVersion, quiz.Id, [.. quiz.Questions.Select(question => AskedQuestion.Of(question, images))], images.Addresses), SweepJson.Compact),
    };

    private static string HashOf(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}

/// <summary>What the page knows: neither channels nor photographs nor responses, so that it cannot give a right answer away.</summary>
/// <param name="Format">Of the answers that it saves.</param>
/// <param name="FormatVersion">Their version.</param>
/// <param name="Quiz">Id of the quiz.</param>
/// <param name="Questions">In the order in which they are asked.</param>
/// <param name="Images">Addresses that hold the pictures; questions name them by their place here.</param>
internal sealed record QuizDocument(string Format, int FormatVersion, string Quiz, IReadOnlyList<AskedQuestion> Questions, IReadOnlyList<string> Images);

/// <summary>A question as the page asks it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Condition">What is shown beside the photographs.</param>
/// <param name="Left">The photograph on the left.</param>
/// <param name="Right">The photograph on the right.</param>
/// <param name="Shown">What is shown beside them.</param>
internal sealed record AskedQuestion(int Number, QuizCondition Condition, int Left, int Right, IReadOnlyList<int> Shown)
{
    /// <summary>Leaves out of a question what would tell the answer.</summary>
    public static AskedQuestion Of(QuizQuestion question, QuizImages images) => new(
        question.Number, question.Condition, images.PlaceOf(question.Left.Crop), images.PlaceOf(question.Right.Crop), [.. QuizImages.ShownOf(question).Select(images.PlaceOf)]);
}

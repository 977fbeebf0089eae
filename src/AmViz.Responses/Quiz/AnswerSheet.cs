using System.Text.Json;

namespace AmViz.Responses;

/// <summary>The answers of a person to a quiz, as its page saves them.</summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="FormatVersion">Of the file.</param>
/// <param name="Quiz">To which quiz.</param>
/// <param name="Sitting">A random number that the page drew when it began; it says which files are of one person, and nothing about the person.</param>
/// <param name="Answers">In the order in which they were given.</param>
public sealed record AnswerSheet(string Format, int FormatVersion, string Quiz, string Sitting, IReadOnlyList<GivenAnswer> Answers)
{
    /// <summary>What the file says that it is.</summary>
    public const string FormatName = "amviz-quiz-answers";

    /// <summary>Version that is written.</summary>
    public const int CurrentFormatVersion = 1;

    private const int LongestSitting = 64;
    private const int DigestLength = 32;

    /// <summary>Name of the sheet: a hash of all that it says, however its file is laid out.</summary>
    public string Digest => SweepJson.Hash(new { Quiz, Sitting, Answers }, DigestLength);

    /// <summary>Reads a file, distrusting it.</summary>
    /// <param name="json">Its bytes.</param>
    /// <exception cref="InvalidDataException">It is not what a page saved: says what was found and expected.</exception>
    public static AnswerSheet Read(ReadOnlySpan<byte> json)
    {
        CheckHead(json);
        var sheet = Parse<AnswerSheet>(json);
        return sheet.Problem() is { } problem ? throw new InvalidDataException(problem) : sheet;
    }

    // Before the rest, which a later version may have changed.
    private static void CheckHead(ReadOnlySpan<byte> json)
    {
        var (format, version) = Parse<Head>(json);
        if (format != FormatName)
        {
            throw new InvalidDataException($"This is not a file of answers: its format is '{format ?? "nothing"}'. Expected '{FormatName}', a file that the page of a quiz saved.");
        }

        if (version is null or < 1 or > CurrentFormatVersion)
        {
            throw new InvalidDataException($"The answers have format version {version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"}; this program reads 1 to {CurrentFormatVersion}. Use a newer version of it.");
        }
    }

    private static T Parse<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, SweepJson.Compact) ?? throw new JsonException("Found null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"This is not a file of answers: {e.Message} Expected JSON that the page of a quiz saved.", e);
        }
    }

    private string? Problem() => this switch
    {
        _ when !QuizPlan.IsId(Quiz) => $"Its quiz '{Quiz}' is not the id of one. Expected 16 lower-case hexadecimal digits.",
        _ when Sitting.Length is 0 or > LongestSitting || !Sitting.All(char.IsAsciiHexDigitLower) => $"Its sitting '{Sitting}' is none that a page drew. Expected 1 to {LongestSitting} lower-case hexadecimal digits.",
        _ when Answers.Any(answer => answer is null) => "One of the answers is null.",
        { Answers.Count: 0 } => "There is no answer in it.",
        _ when Answers.GroupBy(answer => answer.Question).FirstOrDefault(group => group.Count() > 1) is { } twice => $"Question {twice.Key} is answered {twice.Count()} times. Expected one answer.",
        _ when Answers.FirstOrDefault(answer => !double.IsFinite(answer.Seconds) || answer.Seconds < 0) is { } wrong => $"The answer to question {wrong.Question} took {wrong.Seconds} seconds. Expected a number from 0.",
        _ => null,
    };

    private sealed record Head(string? Format = null, int? FormatVersion = null);
}

/// <summary>An answer to a question.</summary>
/// <param name="Question">Number of the question.</param>
/// <param name="Side">Which photograph is said to excite the channel more.</param>
/// <param name="Seconds">Time from when the question was shown.</param>
public sealed record GivenAnswer(int Question, QuizSide Side, double Seconds);

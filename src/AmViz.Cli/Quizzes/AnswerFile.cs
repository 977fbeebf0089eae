using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Quizzes;

/// <summary>A file of answers that belongs to a quiz of the store.</summary>
/// <param name="Quiz">The quiz.</param>
/// <param name="Sheet">The file.</param>
/// <param name="Answers">Its answers, marked.</param>
internal sealed record AnswerFile(QuizPlan Quiz, AnswerSheet Sheet, IReadOnlyList<MarkedAnswer> Answers)
{
    // A thousand answers take a hundredth of that.
    private const long LongestFile = 8 << 20;

    /// <summary>Reads some.</summary>
    /// <param name="files">Their paths.</param>
    /// <param name="quizzes">All quizzes of the store.</param>
    /// <param name="store">Name of the store, for messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">Some are not what they should be: names each of them.</exception>
    public static async Task<IReadOnlyList<AnswerFile>> ReadAsync(IReadOnlyList<string> files, IReadOnlyList<QuizPlan> quizzes, string store, CancellationToken cancellationToken)
    {
        var (read, problems) = (new List<AnswerFile>(), new List<string>());
        foreach (var file in files)
        {
            try
            {
                read.Add(Mark(AnswerSheet.Read(await ContentAsync(file, cancellationToken)), quizzes, store));
            }
            catch (InvalidDataException e)
            {
                problems.Add($"'{file}': {e.Message}");
            }
        }

        return problems.Count == 0 ? read : throw new UsageException(problems);
    }

    private static AnswerFile Mark(AnswerSheet sheet, IReadOnlyList<QuizPlan> quizzes, string store)
    {
        var quiz = quizzes.FirstOrDefault(quiz => quiz.Id == sheet.Quiz)
            ?? throw new InvalidDataException($"It answers the quiz '{sheet.Quiz}', which {store} does not have. {(quizzes.Count == 0 ? "It has none; 'amviz quiz build' makes one." : $"It has {string.Join(", ", quizzes.Select(one => one.Id))}.")}");
        return new(quiz, sheet, MarkedAnswer.Mark(quiz, sheet));
    }

    private static async Task<byte[]> ContentAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new InvalidDataException("There is no such file. Expected one that the page of a quiz saved.");
        }

        return new FileInfo(file).Length is var length && length <= LongestFile
            ? await File.ReadAllBytesAsync(file, cancellationToken)
            : throw new InvalidDataException($"This is not a file of answers: it has {length} bytes. Expected at most {LongestFile}.");
    }
}

using System.Text.Json;
using AmViz.Responses;

namespace AmViz.Storage;

/// <summary>Keeps quizzes, with the right answers, and what people answered: a table for each file of answers. Nothing is ever replaced.</summary>
/// <param name="blobs">Where.</param>
public sealed class QuizStore(IBlobStore blobs)
{
    private const string Remedy = "remove it and run 'amviz quiz read' with its file of answers again, which makes it anew";

    /// <summary>Writes a quiz, if it is not there.</summary>
    public Task WriteAsync(QuizPlan quiz, CancellationToken cancellationToken)
        => blobs.CreateAsync(ResultLayout.Quiz(quiz.Id), JsonSerializer.SerializeToUtf8Bytes(quiz, SweepJson.Indented), cancellationToken);

    /// <summary>Reads a quiz.</summary>
    /// <param name="id">Its id; anything may stand here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="CorruptBlobException">It cannot be read, or is not what its id says.</exception>
    public async Task<QuizPlan?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Quiz(id);
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        var quiz = StoredJson.Read<QuizPlan>(blobs.Name, path, blob.Content.Span, QuizPlan.CurrentFormatVersion, quiz => quiz.FormatVersion);
        return quiz.Id == id
            ? quiz
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is not the quiz '{id}' any more: it was changed. Restore it from a copy, or remove it and run its 'amviz quiz build' again.");
    }

    /// <summary>All quizzes, by id.</summary>
    /// <exception cref="CorruptBlobException">One cannot be read.</exception>
    public async Task<IReadOnlyList<QuizPlan>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var quizzes = new List<QuizPlan>();
        await foreach (var id in blobs.ListFoldersAsync(ResultLayout.Quizzes, cancellationToken))
        {
            if (await ReadAsync(id, cancellationToken) is { } quiz)
            {
                quizzes.Add(quiz);
            }
        }

        return [.. quizzes.OrderBy(quiz => quiz.Id, StringComparer.Ordinal)];
    }

    /// <summary>Writes what a person answered.</summary>
    /// <param name="quiz">To which quiz.</param>
    /// <param name="digest">See <see cref="AnswerSheet.Digest"/>.</param>
    /// <param name="answers">A row an answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False: that was there.</returns>
    public async Task<bool> WriteAnswersAsync(QuizPlan quiz, string digest, IReadOnlyList<MarkedAnswer> answers, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["amviz.model"] = quiz.Model,
            ["amviz.weightsDigest"] = quiz.WeightsDigest,
            ["amviz.layer"] = quiz.Layer,
            ["amviz.pass"] = quiz.Pass,
            ["amviz.quiz"] = quiz.Id,
        };
        await using var table = await ParquetTableWriter<MarkedAnswer>.OpenAsync(Columns(), metadata, cancellationToken);
        foreach (var answer in answers)
        {
            await table.AddAsync(answer, cancellationToken);
        }

        return await blobs.CreateAsync(ResultLayout.QuizAnswers(quiz.Id, digest), await table.FinishAsync(cancellationToken), cancellationToken);
    }

    /// <summary>All that people answered to a quiz; of a person who saved twice, what stands in both files comes twice.</summary>
    /// <exception cref="CorruptBlobException">A table cannot be read.</exception>
    public async Task<IReadOnlyList<MarkedAnswer>> ReadAnswersAsync(QuizPlan quiz, CancellationToken cancellationToken)
    {
        var answers = new List<MarkedAnswer>();
        await foreach (var item in blobs.ListAsync(ResultLayout.QuizAnswers(quiz.Id), cancellationToken))
        {
            if (await blobs.ReadAsync(item.Path, cancellationToken) is { } blob)
            {
                answers.AddRange(await ParquetTableReader.ReadAsync(blobs.Name, item.Path, blob.Content, ReadGroup, Remedy, cancellationToken).ToListAsync(cancellationToken));
            }
        }

        return answers;
    }

    private static IReadOnlyList<ParquetColumn<MarkedAnswer>> Columns()
        =>
        [
            new TextColumn<MarkedAnswer>("sitting", row => row.Sitting),
            new ValueColumn<MarkedAnswer, int>("question", row => row.Question),
            new TextColumn<MarkedAnswer>("condition", row => Word(row.Condition)),
            new ValueColumn<MarkedAnswer, int>("channel", row => row.Channel),
            new TextColumn<MarkedAnswer>("pictureSha256", row => row.PictureSha256),
            new TextColumn<MarkedAnswer>("side", row => Word(row.Side)),
            new ValueColumn<MarkedAnswer, bool>("right", row => row.IsRight),
            new ValueColumn<MarkedAnswer, double>("seconds", row => row.Seconds),
        ];

    private static string Word<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static async Task<IReadOnlyList<MarkedAnswer>> ReadGroup(ParquetGroup group)
    {
        var (sittings, questions, conditions) = (await group.RepeatedText("sitting"), await group.Values<int>("question"), await group.RepeatedText("condition"));
        var (channels, pictures, sides) = (await group.Values<int>("channel"), await group.RepeatedText("pictureSha256"), await group.RepeatedText("side"));
        var (rights, seconds) = (await group.Values<bool>("right"), await group.Values<double>("seconds"));
        return
        [
            .. sittings.Select((sitting, i) => new MarkedAnswer(
                sitting, questions[i], Enum.Parse<QuizCondition>(conditions[i], ignoreCase: true), channels[i], pictures[i], Enum.Parse<QuizSide>(sides[i], ignoreCase: true), rights[i], seconds[i])),
        ];
    }
}

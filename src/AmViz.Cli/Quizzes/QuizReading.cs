using AmViz.Cli.Options;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Quizzes;

/// <summary>Puts files of answers into a store, and adds up what it has.</summary>
/// <param name="store">The store.</param>
internal sealed class QuizReading(ChosenStore store)
{
    private readonly QuizStore _quizzes = new(store.Blobs);

    /// <summary>Reads files; all of them are right, or nothing is stored.</summary>
    /// <param name="files">Paths; none: what the store has is added up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The quizzes that the files answer, by id; without files all of the store.</returns>
    /// <exception cref="UsageException">A file is not what it should be, or the store has no quiz.</exception>
    public async Task<IReadOnlyList<ReadQuiz>> ReadAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var quizzes = await _quizzes.ReadAllAsync(cancellationToken);
        if (quizzes.Count == 0 && files.Count == 0)
        {
            throw new UsageException($"{store.Blobs.Name} has no quiz; 'amviz quiz build' makes one.");
        }

        var read = await AnswerFile.ReadAsync(files, quizzes, store.Blobs.Name, cancellationToken);
        var asked = files.Count == 0 ? quizzes : [.. read.Select(file => file.Quiz).DistinctBy(quiz => quiz.Id, StringComparer.Ordinal).OrderBy(quiz => quiz.Id, StringComparer.Ordinal)];
        var known = new Dictionary<string, IReadOnlyList<MarkedAnswer>>(StringComparer.Ordinal);
        foreach (var quiz in asked)
        {
            known[quiz.Id] = await _quizzes.ReadAnswersAsync(quiz, cancellationToken);
        }

        CheckContradictions(read, known);
        var written = await WriteAsync(read, cancellationToken);
        return [.. asked.Select(quiz => Sum(quiz, [.. known[quiz.Id], .. read.Where(file => file.Quiz.Id == quiz.Id).SelectMany(file => file.Answers)], written.GetValueOrDefault(quiz.Id)))];
    }

    private static void CheckContradictions(IEnumerable<AnswerFile> read, Dictionary<string, IReadOnlyList<MarkedAnswer>> known)
    {
        string[] problems =
        [
            .. from file in read.GroupBy(file => file.Quiz.Id, StringComparer.Ordinal)
               from answer in known[file.Key].Concat(file.SelectMany(one => one.Answers)).GroupBy(answer => (answer.Sitting, answer.Question))
               where answer.Select(one => one.Side).Distinct().Count() > 1
               select $"The sitting '{answer.Key.Sitting}' answers question {answer.Key.Question} of the quiz '{file.Key}' in two ways. Expected files as the page saved them: a page never changes an answer.",
        ];
        if (problems.Length > 0)
        {
            throw new UsageException(problems);
        }
    }

    private async Task<Dictionary<string, int>> WriteAsync(IEnumerable<AnswerFile> read, CancellationToken cancellationToken)
    {
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in read)
        {
            var isNew = await _quizzes.WriteAnswersAsync(file.Quiz, file.Sheet.Digest, file.Answers, cancellationToken);
            written[file.Quiz.Id] = written.GetValueOrDefault(file.Quiz.Id) + (isNew ? 1 : 0);
        }

        return written;
    }

    private ReadQuiz Sum(QuizPlan quiz, IReadOnlyList<MarkedAnswer> answers, int newFiles)
        => new(quiz.Id, quiz.Model, quiz.Layer, quiz.Questions.Count, newFiles, QuizResult.Of(answers), store.Locate(ResultLayout.Quiz(quiz.Id))[..^ResultLayout.Quiz(quiz.Id).Name.Length] + "answers");
}

/// <summary>What people answered to a quiz so far.</summary>
/// <param name="Quiz">Its id.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Whose channels.</param>
/// <param name="Questions">Questions of it.</param>
/// <param name="NewFiles">Files that this command was the first to read.</param>
/// <param name="Result">All answers that the store has, added up.</param>
/// <param name="Tables">Folder of the tables of answers.</param>
internal sealed record ReadQuiz(string Quiz, string Model, string Layer, int Questions, int NewFiles, QuizResult Result, string Tables);

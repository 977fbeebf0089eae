using System.Globalization;
using System.Text.Json;
using AmViz.Cli.Options;
using AmViz.Cli.Quizzes;
using AmViz.Cli.Terminal;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz quiz read</c>: marks what people answered.</summary>
internal sealed class QuizReadCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly StoreOptions _store;

    private readonly Argument<string[]> _files = new("answers")
    {
        Description = "Files that the page of a quiz saved. Without any, what was read before is added up.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public QuizReadCommand(CommandContext context)
        : base(
            "read",
            "Mark what people answered to a quiz and keep it in the store; 'amviz atlas build' then shows it beside each channel.",
            "amviz quiz read answers-0123456789abcdef-89abcdef01234567.json --out out",
            "amviz quiz read answers-*.json --out out --json",
            "amviz quiz read --out out")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_files);
        _store.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (chosen, files) = (_store.Choose(result), result.GetValue(_files)!);
        await chosen.Blobs.CheckAsync(files.Length > 0 ? StoreAccess.Write : StoreAccess.Read, cancellationToken);
        var read = await new QuizReading(chosen).ReadAsync(files, cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(new ReadQuizzes(read));
            return ExitCode.Done;
        }

        foreach (var quiz in read)
        {
            Report(quiz, files.Length);
        }

        return ExitCode.Done;
    }

    private void Report(ReadQuiz quiz, int files)
    {
        var output = _context.Screen.Output;
        output.WriteLine($"quiz     {quiz.Quiz}: {quiz.Questions} questions about {quiz.Layer} of {quiz.Model}, answers of {quiz.Result.People} people");
        if (files > 0)
        {
            output.WriteLine($"read     {quiz.NewFiles} new files of answers");
        }

        if (quiz.Result.People == 0)
        {
            return;
        }

        var conditions = Tables.Plain("shown", "answers", "right", "share", "95 % interval", "seconds");
        foreach (var (condition, score, seconds) in quiz.Result.Conditions)
        {
            conditions.AddTextRow([Word(condition), .. Cells(score), Format($"{seconds:0.0}")]);
        }

        var channels = Tables.Plain("channel", "shown", "answers", "right", "share", "95 % interval");
        foreach (var (channel, condition, _, score) in quiz.Result.Channels)
        {
            channels.AddTextRow([Format($"{channel}"), Word(condition), .. Cells(score)]);
        }

        _context.Screen.Results.Write(conditions);
        _context.Screen.Results.Write(channels);
        output.WriteLine($"tables   {quiz.Tables}");
    }

    private static IEnumerable<string> Cells(QuizScore score)
        => [Format($"{score.Answers}"), Format($"{score.Right}"), Format($"{score.Share:0.00}"), Format($"{score.Low:0.00} to {score.High:0.00}")];

    private static string Word(QuizCondition condition) => JsonNamingPolicy.CamelCase.ConvertName(condition.ToString());

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What <c>amviz quiz read --json</c> prints.</summary>
/// <param name="Quizzes">Quiz by quiz.</param>
internal sealed record ReadQuizzes(IReadOnlyList<ReadQuiz> Quizzes);

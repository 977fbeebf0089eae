using System.Text.Json;
using AmViz.Atlas.Quiz;
using AmViz.Cli.Options;
using AmViz.Cli.Quizzes;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz quiz build</c>: draws the questions of a quiz and writes its page.</summary>
internal sealed class QuizBuildCommand : AmVizCommand
{
    private const int DefaultQuestions = 60;
    private const int MostQuestions = 1000;
    private const string Quizzes = "quiz";

    private readonly CommandContext _context;
    private readonly StoreOptions _store;
    private readonly SweepArgument _sweep = new();
    private readonly Option<string?> _layer = new("--layer") { Description = "Whose channels are asked about. Not needed where one layer of the sweep has photographs.", HelpName = "L" };
    private readonly Option<ChannelSet?> _channels = ListOption.Channels("--channel", "--channels", "Channels such as 0-31,40. Default: all that have a picture and photographs.");
    private readonly Option<int?> _questions = NumberOption.Whole("--questions", "60", $"Questions, 1 to {MostQuestions}; at most {QuizChannel.Pairs} about a channel. Default: {DefaultQuestions}.");
    private readonly Option<int?> _seed = NumberOption.Whole("--seed", "1", "Chooses channels, photographs, sides and order. Default: 0.");

    private readonly Option<string[]> _conditions = ListOption.Texts(
        "--condition", "--conditions", "C[,C..]", "What is shown beside the two photographs: picture, photographs, control (nothing). Each channel is asked about under one of them. Default: all three.");

    private readonly Option<string?> _to = new("--to") { Description = $"Folder of the page. Default: '{Quizzes}/ID' in the folder of --out or of the store.", HelpName = "FOLDER" };

    public QuizBuildCommand(CommandContext context)
        : base(
            "build",
            "Draw the questions of a quiz about a layer, and write a page that asks them: one file, which asks nobody else for anything and does not hold the right answers.",
            "amviz quiz build --out out",
            "amviz quiz build --layer conv_pw_5_bn --channels 0-63 --questions 30 --seed 1 --out out",
            "amviz quiz build 0123456789abcdef --conditions picture,control --store azure:results --to page --json")
    {
        _context = context;
        _store = new(context.Settings);
        Add(_sweep.Argument);
        Add(_layer);
        Add(_channels);
        Add(_questions);
        Add(_conditions);
        Add(_seed);
        Add(_to);
        _store.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var count = (result.GetValue(_questions) ?? DefaultQuestions) is var wanted and >= 1 and <= MostQuestions
            ? wanted
            : throw new UsageException($"--questions: {result.GetValue(_questions)} is out of range. Expected 1 to {MostQuestions}.");
        var (conditions, seed) = (Conditions(result), result.GetValue(_seed) ?? 0);
        var chosen = _store.Choose(result);
        await chosen.Blobs.CheckAsync(StoreAccess.Write, cancellationToken);
        var sweep = await _sweep.FindOneAsync(result, chosen.Blobs, cancellationToken);
        var layer = await QuizLayer.FindAsync(chosen, sweep, result.GetValue(_layer), cancellationToken);
        var channels = await layer.ChannelsAsync(chosen.Blobs, result.GetValue(_channels), cancellationToken);
        if (channels.Count < conditions.Count)
        {
            throw new UsageException($"{channels.Count} channels of '{layer.Layer.Layer}' can be asked about. Expected at least {conditions.Count}, one for each of {string.Join(", ", conditions.Select(Word))}: a picture, and {QuizChannel.FewestStrongest} strong and {QuizChannel.Pairs} weak photographs that differ in response. Draw and choose more channels, or name fewer --conditions.");
        }

        var quiz = new QuizPlan(
            QuizPlan.CurrentFormatVersion, layer.Layer.Model, layer.Layer.WeightsDigest, layer.Layer.Layer, layer.Pass.Pass, seed, new QuizDrawing(seed).Draw(channels, conditions, count));
        var page = await QuizPage.WriteAsync(chosen.Blobs, quiz, Folder(result.GetValue(_to), chosen, quiz), cancellationToken);
        await new QuizStore(chosen.Blobs).WriteAsync(quiz, cancellationToken);
        Report(result, new(quiz.Id, quiz.Model, quiz.Layer, quiz.Pass, quiz.Questions.Count, quiz.Questions.Select(question => question.Channel).Distinct().Count(), conditions, seed, page, chosen.Locate(ResultLayout.Quiz(quiz.Id))), count);
        return ExitCode.Done;
    }

    private static string Folder(string? named, ChosenStore chosen, QuizPlan quiz)
        => named is not null ? Path.GetFullPath(named) : chosen.AtlasFolder is { } atlas
            ? Path.Combine(Path.GetDirectoryName(atlas)!, Quizzes, quiz.Id)
            : throw new UsageException($"Expected --to FOLDER or --out DIR: where the page goes, since {chosen.Blobs.Name} is not a folder.");

    private IReadOnlyList<QuizCondition> Conditions(ParseResult result)
    {
        var words = result.GetValue(_conditions)!;
        var known = Enum.GetValues<QuizCondition>().ToDictionary(Word, StringComparer.Ordinal);
        return words.FirstOrDefault(word => !known.ContainsKey(word)) is { } wrong
            ? throw new UsageException($"'{wrong}' is not a value of --conditions.{Nearest.Question(wrong, [.. known.Keys])} Expected {string.Join(", ", known.Keys)}.")
            : [.. (words.Length == 0 ? known.Values : words.Select(word => known[word])).Distinct().Order()];
    }

    private void Report(ParseResult result, BuiltQuiz built, int wanted)
    {
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(built);
            return;
        }

        var output = _context.Screen.Output;
        output.WriteLine($"quiz     {built.Quiz}: {built.Questions} questions about {built.Channels} channels of {built.Layer}, {string.Join(", ", built.Conditions.Select(Word))}");
        if (built.Questions < wanted)
        {
            output.WriteLine($"note     {wanted} were wanted: a channel is asked about under one condition, at most {QuizChannel.Pairs} times, each condition equally often");
        }

        output.WriteLine($"answers  {built.Key}: not for who takes the quiz");
        output.WriteLine($"open     {built.Page}");
    }

    private static string Word(QuizCondition condition) => JsonNamingPolicy.CamelCase.ConvertName(condition.ToString());
}

/// <summary>What <c>amviz quiz build --json</c> prints.</summary>
/// <param name="Quiz">Its id.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Whose channels.</param>
/// <param name="Pass">Whose photographs.</param>
/// <param name="Questions">How many there are.</param>
/// <param name="Channels">Channels that are asked about.</param>
/// <param name="Conditions">Under which.</param>
/// <param name="Seed">Of the drawing.</param>
/// <param name="Page">The page to open.</param>
/// <param name="Key">Where the questions lie with the right answers.</param>
internal sealed record BuiltQuiz(
    string Quiz, string Model, string Layer, string Pass, int Questions, int Channels, IReadOnlyList<QuizCondition> Conditions, int Seed, string Page, string Key);

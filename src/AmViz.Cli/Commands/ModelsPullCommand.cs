using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Models;
using AmViz.Networks;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models pull</c>: fetch public weights once; afterwards they are known by name.</summary>
internal sealed class ModelsPullCommand : AmVizCommand
{
    private const int Sha256Digits = 64;

    private readonly CommandContext _context;
    private readonly Argument<string[]> _names = new("model") { Description = $"Which: {string.Join(", ", HubCatalogue.All.Select(network => network.Name))}; or a repository of the Hugging Face hub, OWNER/NAME or OWNER/NAME@REVISION.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _again = new("--again") { Description = "Fetch it even if it is here, and compare with what was recorded the first time." };

    private readonly Option<string?> _sha256 = new("--sha256") { Description = "What the weights must hash to; of shards, the SHA-256 of the list of their digests.", HelpName = "HEX" };

    public ModelsPullCommand(CommandContext context)
        : base("pull", "Fetch public weights, check them and keep them for --model.", "amviz models pull mobilenet_v1", "amviz models pull inception_v3 resnet50v2 --json", "amviz models pull facebook/dinov2-small")
    {
        _context = context;
        Add(_names);
        Add(_again);
        Add(_sha256);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string[] names = [.. result.GetRequiredValue(_names).Distinct(StringComparer.Ordinal)];
        RequireKnown(names);
        var sha256 = Sha256(result.GetValue(_sha256), names);
        using var puller = new WeightsPuller(HubSettings.OfThisProcess(), _context.Time);
        using var repositories = new RepositoryPuller(HubSettings.OfThisProcess(), _context.Time);
        var reports = new List<PullReport>();
        foreach (var name in names)
        {
            var display = TransferDisplay.On(_context.Screen, _context.Time);
            reports.Add(await display.ShowAsync(progress => HubCatalogue.Find(name) is { } network
                ? puller.PullAsync(network, result.GetValue(_again), progress, cancellationToken, sha256)
                : repositories.PullAsync(HubRepository.Parse(name)!, sha256, result.GetValue(_again), progress, cancellationToken)));
            if (!result.GetValue(SharedOptions.Json))
            {
                WriteText(reports[^1]);
            }
        }

        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(reports);
        }

        return ExitCode.Done;
    }

    private static void RequireKnown(string[] names)
    {
        var problems = names.Where(name => HubCatalogue.Find(name) is null && HubRepository.Parse(name) is null)
            .Select(name => $"No public weights are known as '{name}'.{Nearest.Question(name, HubCatalogue.All.Select(network => network.Name))} "
                + $"Known are {string.Join(", ", HubCatalogue.All.Select(network => network.Name))}. Others are fetched from the Hugging Face hub by OWNER/NAME, or used with --weights DIR.")
            .ToArray();
        if (problems.Length > 0)
        {
            throw new UsageException(problems);
        }
    }

    private static string? Sha256(string? text, string[] names) => text switch
    {
        null => null,
        _ when names.Length > 1 => throw new UsageException("--sha256: is of one network, and several are named. Fetch them one by one."),
        { Length: Sha256Digits } when text.All(char.IsAsciiHexDigit) => text.ToLowerInvariant(),
        _ => throw new UsageException($"--sha256: expected {Sha256Digits} hexadecimal digits."),
    };

    private void WriteText(PullReport report)
    {
        var output = _context.Screen.Output;
        output.WriteLine(report.Fetched == 0 ? $"{report.Model}: already here" : $"{report.Model}: {report.Fetched:N0} bytes fetched{(report.Resumed > 0 ? $", {report.Resumed:N0} were here" : "")}");
        output.WriteLine($"  folder   {report.Folder}");
        output.WriteLine($"  source   {report.Source}");
        output.WriteLine($"  sha256   {report.Sha256}");
        output.WriteLine($"  checked  against {report.CheckedAgainst}");
        foreach (var warning in report.Warnings)
        {
            output.WriteLine($"  warning  {warning}");
        }

        output.WriteLine($"  use      amviz models show {report.Model}");
    }
}

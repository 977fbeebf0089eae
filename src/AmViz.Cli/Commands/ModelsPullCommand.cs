using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Models;
using AmViz.Networks;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models pull</c>: fetch public weights once; afterwards they are known by name.</summary>
internal sealed class ModelsPullCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _names = new("model") { Description = $"Which: {string.Join(", ", HubCatalogue.All.Select(network => network.Name))}.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _again = new("--again") { Description = "Fetch it even if it is here, and compare with what was recorded the first time." };

    public ModelsPullCommand(CommandContext context)
        : base("pull", "Fetch public weights, check them and keep them for --model.", "amviz models pull mobilenet_v1", "amviz models pull inception_v3 resnet50v2 --json")
    {
        _context = context;
        Add(_names);
        Add(_again);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var networks = Find(result.GetRequiredValue(_names));
        using var puller = new WeightsPuller(HubSettings.OfThisProcess(), _context.Time);
        var reports = new List<PullReport>();
        foreach (var network in networks)
        {
            var display = TransferDisplay.On(_context.Screen, _context.Time);
            reports.Add(await display.ShowAsync(progress => puller.PullAsync(network, result.GetValue(_again), progress, cancellationToken)));
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

    private static HubNetwork[] Find(string[] names)
    {
        var problems = names.Where(name => HubCatalogue.Find(name) is null)
            .Select(name => $"No public weights are known as '{name}'.{Nearest.Question(name, HubCatalogue.All.Select(network => network.Name))} "
                + $"Known are {string.Join(", ", HubCatalogue.All.Select(network => network.Name))}. Others are used with --weights DIR.")
            .ToArray();
        return problems.Length == 0 ? [.. names.Select(name => HubCatalogue.Find(name)!).Distinct()] : throw new UsageException(problems);
    }

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

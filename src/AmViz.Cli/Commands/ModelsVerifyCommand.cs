using System.Globalization;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models verify</c>: does a network compute what another implementation computed from the same weights?</summary>
internal sealed class ModelsVerifyCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly ComputeOptions _device;
    private readonly Argument<string?> _name = new("model") { Description = "The network; the same as --model.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _reference = new("--reference")
    {
        Description = $"Logits and channel means to compare with. Default: {ReferenceCheck.FileName} in the weights folder.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _photos = new("--photos")
    {
        Description = "Folder of the pictures that the reference names. Default: 'photos' beside or above it.",
        HelpName = "DIR",
    };

    public ModelsVerifyCommand(CommandContext context)
        : base(
            "verify",
            "Compare logits and activations of a network with a reference made by another implementation.",
            "amviz models verify --weights DIR",
            "amviz models verify --weights DIR --reference reference.json --photos photos --json")
    {
        _context = context;
        _network = new(context.Settings);
        _device = new(context.Settings);
        Add(_name);
        _network.AddWithStoreTo(this);
        Add(_reference);
        Add(_photos);
        _device.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var source = await _context.NetworksOf(_network.Store(result)).OpenAsync(_network.Select(result, result.GetValue(_name)), cancellationToken);
        var path = result.GetValue(_reference) ?? source.Weights.Path
            ?? throw new UsageException($"'{source.Description.Name}' comes without a reference. Name one with --reference FILE.");
        var reference = ReferenceCheck.Open(path);
        var photos = result.GetValue(_photos) ?? reference.FindPhotosFolder();

        var report = _context.Engine.Verify(source, reference, photos, _device.Read(result));
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
        }
        else
        {
            WriteText(report);
        }

        return report.Passed ? ExitCode.Done : ExitCode.FinishedWithFailures;
    }

    private void WriteText(ReferenceReport report)
    {
        var table = Tables.Plain("layer", "largest error", "accepted");
        foreach (var layer in report.Activations)
        {
            table.AddTextRow(layer.Layer, Scientific(layer.MaxError), $"{Scientific(ReferenceCheck.ActivationTolerance)} relative");
        }

        if (report.MaxLogitError is { } logits)
        {
            table.AddTextRow("logits", Scientific(logits), $"{Scientific(ReferenceCheck.LogitTolerance)} absolute");
        }

        _context.Screen.Results.Write(table);
        if (report.Top1Agreements is { } agreements)
        {
            _context.Screen.Output.WriteLine($"top-1 agrees on {agreements} of {report.Photos} pictures");
        }

        _context.Screen.Output.WriteLine(report.Passed ? "passed" : "FAILED");
    }

    private static string Scientific(double value) => value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}

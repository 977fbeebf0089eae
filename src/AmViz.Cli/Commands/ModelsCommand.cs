using System.CommandLine;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models</c>: the networks known by name, and the commands about one of them.</summary>
internal sealed class ModelsCommand : AmVizCommand
{
    private readonly CommandContext _context;

    public ModelsCommand(CommandContext context)
        : base("models", "List the networks known by name.", "amviz models", "amviz models show texturenet")
    {
        _context = context;
        Add(SharedOptions.Json);
        Add(new ModelsShowCommand(context));
        Add(new ModelsVerifyCommand(context));
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var rows = NetworkCatalogue.Names.Select(name => ListedModel.Of(NetworkCatalogue.Open(name, weightsPath: null).Description)).ToArray();
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(rows);
            return Task.FromResult(ExitCode.Done);
        }

        var table = Tables.Plain("model", "architecture", "classes", "input", "layers", "weights");
        foreach (var row in rows)
        {
            table.AddTextRow(row.Name, row.Architecture, $"{row.Classes}", $"{row.InputSize} px", $"{row.Layers}", row.WeightsDigest[..12]);
        }

        _context.Screen.Results.Write(table);
        _context.Screen.Output.WriteLine($"Any other MobileNetV1: --weights DIR, where DIR holds {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}.");
        return Task.FromResult(ExitCode.Done);
    }
}

/// <summary>A row of <c>amviz models --json</c>.</summary>
internal sealed record ListedModel(string Name, string Architecture, int Classes, int InputSize, int Layers, string WeightsDigest)
{
    public static ListedModel Of(NetworkDescription network) => new(
        network.Name, network.Architecture, network.Labels.Count, network.InputSize, network.LayerShapes.Count, network.WeightsDigest);
}

using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Weights;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models</c>: the networks known by name, and the commands about one of them.</summary>
internal sealed class ModelsCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly Option<bool> _architectures = new("--architectures") { Description = "List only the architectures, with the parameters of their published sizes." };

    public ModelsCommand(CommandContext context)
        : base("models", "List the networks known by name, and the architectures that weights of yours may have.", "amviz models", "amviz models show texturenet")
    {
        _context = context;
        Add(_architectures);
        Add(SharedOptions.Json);
        Add(new ModelsShowCommand(context));
        Add(new ModelsPullCommand(context));
        Add(new ModelsPushCommand(context));
        Add(new ModelsProbeCommand(context));
        Add(new ModelsVerifyCommand(context));
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var architectures = NetworkCatalogue.Architectures;
        if (result.GetValue(_architectures))
        {
            WriteArchitectures(architectures, result.GetValue(SharedOptions.Json));
            return Task.FromResult(ExitCode.Done);
        }

        var rows = NetworkCatalogue.Names.Select(name => ListedModel.Of(NetworkCatalogue.Open(name, weightsPath: null).Description)).Concat(OpenFetched()).ToArray();
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(rows);
            return Task.FromResult(ExitCode.Done);
        }

        var table = Tables.Plain("model", "architecture", "classes", "input", "layers", "parameters", "weights");
        foreach (var row in rows)
        {
            table.AddTextRow(row.Name, row.Architecture, $"{row.Classes}", $"{row.InputSize} px", $"{row.Layers}", GroupedNumber.Format(row.Parameters?.Total), row.WeightsDigest[..12]);
        }

        _context.Screen.Results.Write(table);
        var others = HubCatalogue.All.Select(network => network.Name).Except(NetworkCatalogue.Fetched, StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
        {
            _context.Screen.Output.WriteLine();
            _context.Screen.Output.WriteLine($"To be fetched with 'amviz models pull NAME': {string.Join(", ", others)}.");
        }

        _context.Screen.Output.WriteLine();
        _context.Screen.Output.WriteLine($"Weights of yours, with --weights DIR, where DIR holds {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}, may be of these architectures:");
        _context.Screen.Output.WriteLine();
        WriteArchitectures(architectures, json: false);
        return Task.FromResult(ExitCode.Done);
    }

    // One that was damaged must not hide the others.
    private IEnumerable<ListedModel> OpenFetched()
    {
        foreach (var name in NetworkCatalogue.Fetched)
        {
            ListedModel? row = null;
            try
            {
                row = ListedModel.Of(NetworkCatalogue.Open(name, weightsPath: null).Description);
            }
            catch (NetworkException exception)
            {
                _context.Screen.Error.WriteLine($"warning: {exception.Message}");
            }

            if (row is not null)
            {
                yield return row;
            }
        }
    }

    private void WriteArchitectures(IReadOnlyList<ArchitectureInfo> architectures, bool json)
    {
        if (json)
        {
            _context.Screen.WriteJson(architectures);
            return;
        }

        var table = Tables.Plain("architecture", "published as", "input", "parameters", "of which trained");
        foreach (var one in architectures)
        {
            table.AddTextRow(one.Architecture, one.Name, $"{one.InputSize} px", GroupedNumber.Format(one.Parameters.Total), GroupedNumber.Format(one.Parameters.Trainable));
        }

        _context.Screen.Results.Write(table);
        _context.Screen.Output.WriteLine("Parameters are counted with 1000 classes; the moving means and variances of batch-norm are not trained.");
    }
}

/// <summary>A row of <c>amviz models --json</c>.</summary>
internal sealed record ListedModel(string Name, string Architecture, int Classes, int InputSize, int Layers, ParameterCounts? Parameters, string WeightsDigest)
{
    public static ListedModel Of(NetworkDescription network) => new(
        network.Name, network.Architecture, network.Labels.Count, network.InputSize, network.LayerShapes.Count, network.Parameters, network.WeightsDigest);
}

using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Silo;
using AmViz.Models;
using AmViz.Networks;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models show</c>: the layers of a network, and where its weights come from.</summary>
internal sealed class ModelsShowCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly Option<int?> _size = NumberOption.Whole("--size", "224", "Size of the pictures for which rows and columns are told. Default: the network's own.");
    private readonly Option<string[]> _layers = ListOption.Texts("--layer", "--layers", "L[,L..]", "Only these layers, by name or pattern as in 'amviz run'.");
    private readonly Argument<string?> _name = new("model") { Description = "The network; the same as --model.", Arity = ArgumentArity.ZeroOrOne };

    public ModelsShowCommand(CommandContext context)
        : base(
            "show", "Show the layers of a network and where its weights come from.",
            "amviz models show texturenet",
            "amviz models show mynet --store folder:out",
            "amviz models show --weights DIR --json", "amviz models show texturenet --layer 'conv_pw_*_bn,logits'")
    {
        _context = context;
        _network = new(context.Settings);
        Add(_name);
        _network.AddWithStoreTo(this);
        Add(_layers);
        Add(_size);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var source = await _context.NetworksOf(_network.Store(result)).OpenAsync(_network.Select(result, result.GetValue(_name)), cancellationToken);
        var network = source.Description;
        var layers = Chosen(result, network, network.Layers(result.GetValue(_size) ?? network.InputSize));
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(ShownModel.Of(network, layers));
        }
        else
        {
            WriteText(network, layers);
        }

        return ExitCode.Done;
    }

    /// <summary>The layers that are asked for, in the order in which a sweep would have them.</summary>
    private IReadOnlyList<LayerInfo> Chosen(ParseResult result, NetworkDescription network, IReadOnlyList<LayerInfo> layers)
    {
        if (result.GetValue(_layers) is not { Length: > 0 } names)
        {
            return layers;
        }

        var problems = new List<SpecProblem>();
        var chosen = LayerChoice.Choose(new CatalogueModelDescription(network), "", [.. names.Select(name => new LayerSelection(name))], problems);
        return problems.Count == 0
            ? [.. chosen.Select(choice => layers.First(layer => layer.Name == choice.Layer.Name))]
            : throw new UsageException([.. problems.Select(FlagNames.Describe)]);
    }

    private void WriteText(NetworkDescription network, IReadOnlyList<LayerInfo> layers)
    {
        var output = _context.Screen.Output;
        output.WriteLine($"{network.Name}: {network.Architecture}, {(network.Labels.Count == 0 ? "no classes" : $"{network.Labels.Count} classes")}, {network.InputSize} px, weights {network.WeightsDigest[..12]}");
        if (network.Parameters is { } parameters)
        {
            output.WriteLine($"{GroupedNumber.Format(parameters.Total)} parameters: {GroupedNumber.Format(parameters.Trainable)} trained, {GroupedNumber.Format(parameters.Total - parameters.Trainable)} moving means and variances of batch-norm");
        }

        output.WriteLine($"source {network.Provenance.Source ?? "unknown"}, licence {network.Provenance.License ?? "unknown"}");
        foreach (var warning in network.Warnings)
        {
            output.WriteLine($"warning: {warning}");
        }

        output.WriteLine();
        var table = Tables.Plain("layer", "kind", "channels", "height", "width", "");
        foreach (var layer in layers)
        {
            table.AddTextRow(layer.Name, ShownLayer.WordFor(layer.Kind), $"{layer.ChannelCount}", $"{layer.Height}", $"{layer.Width}", layer.IsDefaultTap ? "default" : "");
        }

        _context.Screen.Results.Write(table);
    }
}

/// <summary>What <c>amviz models show --json</c> prints.</summary>
internal sealed record ShownModel(
    string Name, string Architecture, int Classes, int InputSize, ParameterCounts? Parameters, string WeightsDigest,
    WeightsProvenance Provenance, IReadOnlyList<string> Warnings, IReadOnlyList<ShownLayer> Layers)
{
    public static ShownModel Of(NetworkDescription network, IReadOnlyList<LayerInfo> layers) => new(
        network.Name, network.Architecture, network.Labels.Count, network.InputSize, network.Parameters, network.WeightsDigest,
        network.Provenance, network.Warnings, [.. layers.Select(ShownLayer.Of)]);
}

/// <summary>A layer in it.</summary>
internal sealed record ShownLayer(string Name, string Kind, int Channels, int Height, int Width, bool DefaultTap)
{
    public static ShownLayer Of(LayerInfo layer)
        => new(layer.Name, WordFor(layer.Kind), layer.ChannelCount, layer.Height, layer.Width, layer.IsDefaultTap);

    /// <summary>Such as <c>batchNormalization</c>.</summary>
    public static string WordFor(LayerKind kind) => char.ToLowerInvariant($"{kind}"[0]) + $"{kind}"[1..];
}

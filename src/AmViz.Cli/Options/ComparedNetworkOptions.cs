using AmViz.Cli.Settings;
using AmViz.Models;

namespace AmViz.Cli.Options;

/// <summary><c>--model</c> and <c>--weights</c> where several networks may be compared.</summary>
internal sealed class ComparedNetworkOptions(AmVizSettings settings)
{
    /// <summary><c>--model</c></summary>
    public Option<string[]> Models { get; } = ListOption.Texts("--model", "-m", "NAME[,NAME..]", "With --by weights: networks that 'amviz models' lists or that were pushed to the store; beside one --weights a name of yours for it.");

    /// <summary><c>--weights</c></summary>
    public Option<string[]> Weights { get; } = ListOption.Texts("--weights", "-w", "DIR[,DIR..]", $"With --by weights: folders with {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}, or names as of --model. Several: each layer is compared with that of each other network.");

    /// <summary>The networks that are named, at least one.</summary>
    /// <exception cref="UsageException">Both options are given, and not once each.</exception>
    public IReadOnlyList<ModelSelection> Select(ParseResult result) => (result.GetValue(Models)!, result.GetValue(Weights)!) switch
    {
        ([], []) => [new() { Model = settings.Model, Weights = settings.Weights }],
        (var models, []) => [.. models.Select(model => new ModelSelection { Model = model })],
        ([], var weights) => [.. weights.Select(NamedNetwork.Of)],
        ([var model], [var weights]) => [new() { Model = model, Weights = weights }],
        var (models, weights) => throw new UsageException($"Found {models.Length} names behind --model and {weights.Length} behind --weights. Expected one of each, where --model is a name for the folder; or all networks behind --weights, folders and names."),
    };
}

using AmViz.Cli.Engine;
using AmViz.Models;
using AmViz.Weights;

namespace AmViz.Cli.Neighbours;

/// <summary>Finds the layers whose channels can be compared by weights.</summary>
internal static class WeightChoice
{
    private const int DigitsShown = 12;

    /// <summary>Chooses them for some networks.</summary>
    /// <param name="engine">Will read the weights.</param>
    /// <param name="networks">At least one.</param>
    /// <param name="names">Layers; none: the default taps that can be compared.</param>
    /// <param name="note">Told which default taps are left out.</param>
    /// <exception cref="UsageException">Networks or layers cannot be compared; every mistake.</exception>
    public static WeightComparison Choose(IEngine engine, IReadOnlyList<NetworkSource> networks, IReadOnlyList<string> names, Action<string> note)
    {
        RefuseStrangers(networks);
        NetworkSource[] ordered = [.. networks.OrderBy(network => network.Description.WeightsDigest, StringComparer.Ordinal)];
        ChannelWeights[] weights = [.. ordered.Select(ChannelWeights.Of)];
        var layers = names.Count == 0 ? Default(ordered, weights, note) : Named(ordered, weights, names);
        return new(engine, ordered, [.. layers.Select(weights[0].Find)]);
    }

    private static void RefuseStrangers(IReadOnlyList<NetworkSource> networks)
    {
        if (networks.GroupBy(network => network.Description.WeightsDigest, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"{Names(twice)} have the same weights ({twice.Key[..DigitsShown]}...), so every channel is its own copy. Expected networks with different weights, or one network.");
        }

        if (networks.Select(network => network.Description.Architecture).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new UsageException($"Found networks of several architectures: {string.Join(", ", networks.Select(network => $"'{network.Description.Name}' ({network.Description.Architecture})"))}. Weights can be compared only where they belong to the same inputs, as in two checkpoints of a training. Compare these networks by responses (amviz respond, then --by responses) or by pictures.");
        }
    }

    private static IReadOnlyList<string> Named(NetworkSource[] networks, ChannelWeights[] weights, IReadOnlyList<string> names)
    {
        var (layers, problems) = (new List<string>(), new List<string>());
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            try
            {
                WeightedLayer[] found = [.. weights.Select(network => network.Find(name))];
                layers.Add(found[0].Name);
                problems.AddRange(Difference(networks, found) is { } difference ? [$"--layer: {difference}"] : []);
            }
            catch (NetworkException e)
            {
                problems.Add($"--layer: {e.Message}");
            }
        }

        return problems.Count == 0 ? [.. layers.Distinct(StringComparer.Ordinal)] : throw new UsageException(problems);
    }

    private static string[] Default(NetworkSource[] networks, ChannelWeights[] weights, Action<string> note)
    {
        string[] taps = [.. networks[0].Description.Layers(networks[0].Description.InputSize).Where(layer => layer.IsDefaultTap).Select(layer => layer.Name)];
        string[] layers = [.. taps.Where(tap => weights.All(network => network.Layers.Any(layer => layer.Name == tap)) && Difference(networks, [.. weights.Select(network => network.Find(tap))]) is null)];
        string[] left = [.. taps.Except(layers, StringComparer.Ordinal)];
        if (layers.Length == 0)
        {
            throw new UsageException($"None of the layers that are compared by default has weights that could be compared ({string.Join(", ", taps)}). Expected --layer with one of: {string.Join(", ", weights[0].Layers.Select(layer => layer.Name))}.");
        }

        if (left.Length > 0)
        {
            note($"left out, as their channels are no weighted sums of the same inputs: {string.Join(", ", left)}");
        }

        return layers;
    }

    // Why weights of several networks cannot be compared; null if they can.
    private static string? Difference(NetworkSource[] networks, WeightedLayer[] layers) => layers.All(layer => (layer.From, layer.Length) == (layers[0].From, layers[0].Length))
        ? null
        : $"'{layers[0].Name}' has different inputs: {string.Join(", ", networks.Zip(layers, (network, layer) => $"{layer.Length} weights a channel over '{layer.From}' in '{network.Description.Name}'"))}. Weights can be compared only where their inputs are the same.";

    private static string Names(IEnumerable<NetworkSource> networks) => string.Join(" and ", networks.Select(network => $"'{network.Description.Name}'"));
}

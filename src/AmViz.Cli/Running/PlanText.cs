using AmViz.Models;

namespace AmViz.Cli.Running;

/// <summary>A plan for people, before anything is done.</summary>
internal static class PlanText
{
    // More layers than fit on a few lines are counted instead of named.
    private const int MostNamedLayers = 30;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, SweepPlan plan, string storeName)
    {
        var recipe = plan.Recipe;
        var sizes = string.Join(", ", plan.Layers.Select(layer => $"{layer.Size} px").Distinct(StringComparer.Ordinal));
        var seeds = plan.Seeds.Count == 1 ? $"seed {plan.Seeds[0]}" : $"seeds {string.Join(",", plan.Seeds)}";
        writer.WriteLine($"plan     {plan.TaskCount} pictures: {Count(plan.Layers.Count, "layer")}, {plan.Layers.Sum(layer => layer.Channels.Count)} channels, {seeds}");
        foreach (var model in plan.Layers.GroupBy(layer => (layer.Model, layer.WeightsDigest)))
        {
            writer.WriteLine($"model    {model.Key.Model} ({model.Key.WeightsDigest[..12]})");
            foreach (var line in Layers([.. model]))
            {
                writer.WriteLine($"         {line}");
            }
        }

        writer.WriteLine($"recipe   {recipe.Hash} ({recipe.Name}, {Count(recipe.Steps, "step")}, {sizes}, {recipe.Objective.Kind.ToString().ToLowerInvariant()})");
        writer.WriteLine($"store    {storeName}  sweep {plan.Id}");
    }

    private static IEnumerable<string> Layers(PlannedLayer[] layers)
        => layers.Length > MostNamedLayers
            ? [$"{layers.Length} layers"]
            : layers.Select(layer => $"{layer.Layer} {(layer.Channels.Count == layer.ChannelCount ? $"all {layer.ChannelCount}" : $"{layer.Channels} of {layer.ChannelCount}")}")
                .Chunk(4).Select(chunk => string.Join("   ", chunk));

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

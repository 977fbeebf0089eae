using AmViz.Cluster.Http;

namespace AmViz.Cli.Running;

/// <summary>A plan for people, before anything is done.</summary>
internal static class PlanText
{
    // More layers than fit on a few lines are counted instead of named.
    private const int MostNamedLayers = 30;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, PlannedSweep plan, string storeName)
    {
        if (plan.Pass is { } pass)
        {
            var (network, shards) = (plan.Layers[0], plan.Layers[0].Pictures);
            writer.WriteLine($"plan     {Count(shards, "shard")} of photographs, {Count(plan.Recipe.Steps, "run")} of the network each, and their tables; pass {pass}");
            writer.WriteLine($"model    {network.Model} ({network.WeightsDigest[..12]})");
            writer.WriteLine($"store    {storeName}  sweep {plan.Id}");
            return;
        }

        if (plan.Scores is { } scores)
        {
            writer.WriteLine($"plan     scores of {Count(scores.Pictures, "picture")} of sweep {scores.Sweep}, {Count(plan.Layers.Count, "layer")}{(scores.Judge is null ? "" : $"; judge {scores.Judge}")}");
            writer.WriteLine($"model    {plan.Layers[0].Model} ({plan.Layers[0].WeightsDigest[..12]})");
            writer.WriteLine($"store    {storeName}  sweep {plan.Id}");
            return;
        }

        var recipe = plan.Recipe;
        var sizes = string.Join(", ", plan.Layers.Select(layer => $"{layer.Size} px").Distinct(StringComparer.Ordinal));
        var seeds = plan.Seeds.Count == 1 ? $"seed {plan.Seeds[0]}" : $"seeds {string.Join(",", plan.Seeds)}";
        writer.WriteLine($"plan     {plan.Pictures} pictures: {Count(plan.Layers.Count, "layer")}, {plan.Layers.Sum(layer => Channels(plan, layer))} channels, {seeds}");
        foreach (var model in plan.Layers.GroupBy(layer => (layer.Model, layer.WeightsDigest)))
        {
            writer.WriteLine($"model    {model.Key.Model} ({model.Key.WeightsDigest[..12]})");
            foreach (var line in Layers(plan, [.. model]))
            {
                writer.WriteLine($"         {line}");
            }
        }

        writer.WriteLine($"recipe   {recipe.Hash} ({recipe.Name}, {Count(recipe.Steps, "step")}, {sizes}, {recipe.Objective.Kind.ToString().ToLowerInvariant()})");
        writer.WriteLine($"store    {storeName}  sweep {plan.Id}");
    }

    private static IEnumerable<string> Layers(PlannedSweep plan, PlannedChannels[] layers)
        => layers.Length > MostNamedLayers
            ? [$"{layers.Length} layers"]
            : layers.Select(layer => $"{layer.Layer} {(Channels(plan, layer) == layer.ChannelCount ? $"all {layer.ChannelCount}" : $"{layer.Channels} of {layer.ChannelCount}")}")
                .Chunk(4).Select(chunk => string.Join("   ", chunk));

    private static int Channels(PlannedSweep plan, PlannedChannels layer) => layer.Pictures / plan.Seeds.Count;

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

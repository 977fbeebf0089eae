using System.Globalization;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Benchmarks;

/// <summary>A sweep over many layers of several networks.</summary>
internal static class SimulatedPlan
{
    private const int LayersPerModel = 25;

    private static readonly int[] Seeds = [0, 1];

    /// <summary>The sweep that is measured.</summary>
    public static SweepPlan Of(SimulationSettings settings) => Of(settings, settings.Channels, "net");

    /// <summary>A short one before it, so that code is compiled and connections are made.</summary>
    public static SweepPlan WarmUp(SimulationSettings settings) => Of(settings, Math.Max(settings.Devices / 4, 10) * settings.Batch, "warmup");

    private static SweepPlan Of(SimulationSettings settings, int tasks, string model)
    {
        var channels = tasks / Seeds.Length;
        LayerFacts[] layers = [.. Enumerable.Range(0, (channels + settings.ChannelsPerLayer - 1) / settings.ChannelsPerLayer).Select(layer => new LayerFacts(
            Name("conv", layer), Math.Min(settings.ChannelsPerLayer, channels - (layer * settings.ChannelsPerLayer)), IsLogits: false))];
        var models = layers.Chunk(LayersPerModel).Select((some, number) => new FakeModel(Name(model, number), some)).ToDictionary(fake => fake.Name, StringComparer.Ordinal);
        return SweepPlanner.Plan(
            new() { Models = [.. models.Keys.Select(name => new ModelSelection { Model = name })], Seeds = Seeds, Recipe = Recipes.Paper with { Steps = 8 } },
            selection => models[selection.Model!]);
    }

    private static string Name(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number:D4}");
}

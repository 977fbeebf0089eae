using System.Diagnostics.CodeAnalysis;
using AmViz.Sweeps;

namespace AmViz.TestKit;

/// <summary>A network that only has a description.</summary>
/// <param name="name">Its name; the weights digest is made from it.</param>
/// <param name="layers">Its layers.</param>
public sealed class FakeModel(string name, params IReadOnlyList<LayerFacts> layers) : IModelDescription
{
    public bool KeepsTrainingMoments { get; init; } = true;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string WeightsDigest { get; } = SweepJson.Hash(name, 64);

    /// <inheritdoc/>
    public int InputSize => 64;

    /// <inheritdoc/>
    public IReadOnlyList<LayerFacts> Layers => layers;

    /// <inheritdoc/>
    public IReadOnlyList<LayerFacts> DefaultLayers => [.. layers.Where(layer => IsDefaultTap(layer.Name))];

    /// <summary>Which layers are default taps; all of them unless told otherwise.</summary>
    public Predicate<string> IsDefaultTap { get; init; } = _ => true;

    /// <inheritdoc/>
    public bool TryFindLayer(string name, [NotNullWhen(true)] out LayerFacts? layer, [NotNullWhen(false)] out string? problem)
    {
        layer = layers.FirstOrDefault(candidate => candidate.Name == name);
        problem = layer is null ? $"There is no layer '{name}'." : null;
        return layer is not null;
    }
}

/// <summary>Small plans, and results that a renderer could have brought.</summary>
public static class SampleSweeps
{
    /// <summary>Two layers, <c>conv_1</c> with 6 channels and <c>logits</c> with 4 classes, and two seeds: 20 pictures.</summary>
    public static SweepPlan Small { get; } = Plan([new("conv_1", 6, IsLogits: false), new("logits", 4, IsLogits: true)], seeds: [0, 3]);

    /// <summary>A plan of whole layers of one network.</summary>
    public static SweepPlan Plan(IReadOnlyList<LayerFacts> layers, IReadOnlyList<int>? seeds = null, RenderRecipe? recipe = null)
        => SweepPlanner.Plan(
            new SweepSpec { Models = [new() { Model = "fakenet" }], Seeds = seeds ?? [0], Recipe = recipe ?? Recipes.Paper with { Steps = 8 } },
            _ => new FakeModel("fakenet", layers));

    /// <summary>The record of a task; its objective depends on channel and seed alone.</summary>
    public static ChannelRecord Record(ChannelTask task, RenderRecipe recipe) => new()
    {
        Task = task,
        Label = task.Layer == "logits" ? $"class {task.Channel}" : null,
        Recipe = recipe,
        Objective = new(ObjectiveKind.Channel, 0.25f, task.Channel + (task.Seed / 8f), [new(0, 0.25f), new(recipe.Steps - 1, task.Channel)]),
        ReproducibleWith = new("cpu fake-1.0", "fake processor", 1, 1),
        Software = "0.1.0",
    };

    /// <summary>A task that was drawn.</summary>
    public static RenderedChannel Rendered(ChannelTask task, RenderRecipe recipe, string pixels = "pixels")
    {
        var record = Record(task, recipe);
        return new(ChannelOutcome.Rendered, record, FakePictures.Encode(record, pixels), Error: null, Seconds: 0.5);
    }

    /// <summary>A task that came to nothing.</summary>
    public static RenderedChannel NotRendered(ChannelOutcome outcome, ChannelTask task, RenderRecipe recipe, string? error = "why")
        => new(outcome, Record(task, recipe), ReadOnlyMemory<byte>.Empty, error, Seconds: 0.1);

    /// <summary>Where the picture of a task stands.</summary>
    public static AscentCheckpoint Checkpoint(ChannelTask task, RenderRecipe recipe, int step) => new()
    {
        Task = task,
        RecipeHash = recipe.Hash,
        Environment = new("cpu fake-1.0", "fake processor", 1, 1),
        Software = "0.1.0",
        Step = step,
        State = BitConverter.GetBytes((task.Channel * 1000) + step),
    };

    /// <summary>A row of the run log.</summary>
    public static RunLogEntry Run(ChannelTask task, ChannelOutcome outcome, bool skipped = false) => new()
    {
        Task = task,
        Outcome = outcome,
        Skipped = skipped,
        Device = "silo-1 cpu",
        CommittedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks((task.Channel * 10_000_000L) + 10),
        Seconds = 0.5,
        Lease = "1-7",
        ResumedAt = task.Channel,
    };
}

namespace AmViz.Cluster.Http;

/// <summary>What a spec comes to, before anything is drawn.</summary>
/// <param name="Id">Id of the sweep.</param>
/// <param name="Pictures">Pictures of all its layers.</param>
/// <param name="Seeds">Its seeds.</param>
/// <param name="Recipe">How they are drawn.</param>
/// <param name="FailureBudget">Failed channels after which it gives up; null: never.</param>
/// <param name="Layers">Its layers, in the order of the spec; of one that draws nothing, what stands in their place.</param>
/// <param name="Pass">The pass of photographs that it is; null: it is none.</param>
/// <param name="Scores">The pictures that it scores; null: it scores none.</param>
public sealed record PlannedSweep(
    SweepId Id, long Pictures, IReadOnlyList<int> Seeds, RenderRecipe Recipe, int? FailureBudget, IReadOnlyList<PlannedChannels> Layers, string? Pass = null, PlannedScores? Scores = null)
{
    /// <summary>The outline of a plan.</summary>
    public static PlannedSweep Of(SweepPlan plan) => new(
        plan.Id, plan.TaskCount, plan.Seeds, plan.Recipe, plan.FailureBudget,
        [.. plan.Layers.Select(layer => new PlannedChannels(layer.Model, layer.WeightsDigest, layer.Layer, layer.ChannelCount, layer.IsLogits, layer.Size, layer.Channels.ToString(), layer.Channels.Count * plan.Seeds.Count))],
        plan.Pass?.Id, plan.Scores is { } scores ? PlannedScores.Of(scores) : null);
}

/// <summary>What is drawn of a layer.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Layer">Name of the layer.</param>
/// <param name="ChannelCount">Channels that the layer has.</param>
/// <param name="IsLogits">Whether they are classes.</param>
/// <param name="Size">Picture size in pixels.</param>
/// <param name="Channels">Those that are drawn, such as <c>0-15,20</c>.</param>
/// <param name="Pictures">Pictures of the layer.</param>
public sealed record PlannedChannels(string Model, string WeightsDigest, string Layer, int ChannelCount, bool IsLogits, int Size, string Channels, int Pictures);

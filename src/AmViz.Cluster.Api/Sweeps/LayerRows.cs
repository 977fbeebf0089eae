namespace AmViz.Cluster.Api;

/// <summary>The rows of a layer by the numbers of its tasks: all seeds of a channel follow each other.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Rows">A row for each task of the layer; null: it has not ended.</param>
/// <param name="RecipeHash">Hash of the recipe that the layer is drawn by: a part of the address of each picture; null: its tasks draw nothing, and have none.</param>
/// <param name="DeviceSeconds">Seconds that devices spent on all attempts that are written down.</param>
internal sealed record LayerRows(PlannedLayer Layer, IReadOnlyList<TaskRow?> Rows, string? RecipeHash, double DeviceSeconds);

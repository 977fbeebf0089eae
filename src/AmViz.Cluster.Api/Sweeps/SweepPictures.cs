namespace AmViz.Cluster.Api;

/// <summary>Which blobs are pictures of a sweep. All others stay where they are, whatever a request names.</summary>
/// <param name="plan">Of which sweep.</param>
internal sealed class SweepPictures(SweepPlan plan)
{
    // Once a sweep: to hash a recipe takes longer than everything else here.
    private readonly Dictionary<string, PlannedLayer> _folders = plan.Layers.ToDictionary(
        layer => ResultLayout.Pictures(layer.Model, layer.WeightsDigest, layer.Layer, plan.RecipeFor(layer).Hash), StringComparer.Ordinal);

    /// <summary>The blob behind a path as the manifest names it.</summary>
    /// <returns>Null if no task of the plan has its picture there.</returns>
    public BlobPath? Find(string path)
        => BlobPath.TryParse(path, out var blob)
            && ResultLayout.TryParsePicture(blob.Name, out var channel, out var seed)
            && plan.Seeds.Contains(seed)
            && _folders.TryGetValue(blob.Value[..^blob.Name.Length], out var layer)
            && layer.Channels.PositionOf(channel) is not null
                ? blob
                : null;
}

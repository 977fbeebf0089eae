namespace AmViz.Cluster.Api;

/// <summary>Which blobs are pictures of a sweep. All others stay where they are, whatever a request names.</summary>
internal static class SweepPictures
{
    /// <summary>The blob behind a path as the manifest names it.</summary>
    /// <returns>Null if no task of the plan has its picture there.</returns>
    public static BlobPath? Find(SweepPlan plan, string path)
        => BlobPath.TryParse(path, out var blob)
            && ResultLayout.TryParsePicture(blob.Name, out var channel, out var seed)
            && plan.Seeds.Contains(seed)
            && plan.Layers.Any(layer => layer.Channels.PositionOf(channel) is not null && IsOf(plan, layer, blob))
                ? blob
                : null;

    private static bool IsOf(SweepPlan plan, PlannedLayer layer, BlobPath blob)
        => blob.Value == ResultLayout.Pictures(layer.Model, layer.WeightsDigest, layer.Layer, plan.RecipeFor(layer).Hash) + blob.Name;
}

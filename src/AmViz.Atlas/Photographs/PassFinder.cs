using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>Finds which pass of photographs is shown beside the pictures of a layer.</summary>
/// <param name="passes">Every finished pass of the store.</param>
internal sealed class PassFinder(IReadOnlyList<ResponseSummary> passes)
{
    /// <summary>Knows the passes of a store.</summary>
    /// <exception cref="StorageException">The store cannot be used, or a summary cannot be read.</exception>
    public static async Task<PassFinder> ReadAsync(IBlobStore store, CancellationToken cancellationToken)
        => new(await new ResponseReader(store).PassesAsync(cancellationToken).ToListAsync(cancellationToken));

    /// <summary>Of the passes of the same weights through that layer the one with the most photographs, of equal ones that with the most crops; null if there is none.</summary>
    public ResponseSummary? Of(PlannedLayer layer) => passes
        .Where(pass => pass.WeightsDigest == layer.WeightsDigest && pass.Layers.Any(one => one.Layer == layer.Layer && one.Channels == layer.ChannelCount))
        .OrderByDescending(pass => pass.Photographs)
        .ThenByDescending(pass => pass.Shown.Crops)
        .ThenBy(pass => pass.Pass, StringComparer.Ordinal)
        .ThenBy(pass => pass.Shown.Name, StringComparer.Ordinal)
        .FirstOrDefault();
}

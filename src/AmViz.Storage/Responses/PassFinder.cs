namespace AmViz.Storage;

/// <summary>Finds which pass of photographs speaks of a layer.</summary>
/// <param name="passes">Every finished pass of the store.</param>
public sealed class PassFinder(IReadOnlyList<ResponseSummary> passes)
{
    /// <summary>Knows the passes of a store.</summary>
    /// <exception cref="StorageException">The store cannot be used, or a summary cannot be read.</exception>
    public static async Task<PassFinder> ReadAsync(IBlobStore store, CancellationToken cancellationToken)
        => new(await new ResponseReader(store).PassesAsync(cancellationToken).ToListAsync(cancellationToken));

    /// <summary>Of the passes of the same weights through a layer the one with the most photographs, of equal ones that with the most crops; null if there is none.</summary>
    /// <param name="weightsDigest">SHA-256 of the weights.</param>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="channels">Channels that it must have.</param>
    public ResponseSummary? Of(string weightsDigest, string layer, int channels) => passes
        .Where(pass => pass.WeightsDigest == weightsDigest && pass.Layers.Any(one => one.Layer == layer && one.Channels == channels))
        .OrderByDescending(pass => pass.Photographs)
        .ThenByDescending(pass => pass.Shown.Crops)
        .ThenBy(pass => pass.Pass, StringComparer.Ordinal)
        .ThenBy(pass => pass.Shown.Name, StringComparer.Ordinal)
        .FirstOrDefault();
}

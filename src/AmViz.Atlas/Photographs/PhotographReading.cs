using AmViz.Atlas.Output;
using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>Reads the photographs of layers, and makes their crops small.</summary>
internal sealed class PhotographReading(IBlobStore store, AtlasFolder folder, AtlasOptions options)
{
    private readonly ResponseReader _reader = new(store);
    private readonly CropThumbnails _thumbnails = new(store, folder, options);

    /// <summary>Reads those of a layer.</summary>
    /// <returns>What the pass says, and whether every crop could be read.</returns>
    /// <exception cref="StorageException">A table cannot be read.</exception>
    public async Task<(PhotographTables Tables, bool IsWhole)> ReadAsync(ResponseSummary pass, PlannedLayer layer, CancellationToken cancellationToken)
    {
        var tables = PhotographTables.Of(
            pass, layer.Channels, await _reader.ReadChannelsAsync(pass, layer.Layer, cancellationToken), await _reader.ReadExamplesAsync(pass, layer.Layer, cancellationToken));
        return (tables, await _thumbnails.WriteAsync(tables.Crops, cancellationToken));
    }
}

using AmViz.Atlas.Output;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>Reads the photographs of layers, and makes their crops small.</summary>
internal sealed class PhotographReading(IBlobStore store, AtlasFolder folder, AtlasOptions options)
{
    private readonly ResponseReader _reader = new(store);
    private readonly CropThumbnails _thumbnails = new(store, folder, options);

    /// <summary>Reads those of a layer.</summary>
    /// <returns>What the page shows, and whether every crop of it could be read.</returns>
    /// <exception cref="StorageException">A table cannot be read.</exception>
    public async Task<(LayerPhotographs Photographs, bool IsWhole)> ReadAsync(ResponseSummary pass, PlannedLayer layer, CancellationToken cancellationToken)
    {
        var rows = await _reader.ReadChannelsAsync(pass, layer.Layer, cancellationToken);
        var examples = (await _reader.ReadExamplesAsync(pass, layer.Layer, cancellationToken)).Where(example => example.Kind != ExampleKind.Quantile).ToList();
        var channels = layer.Channels.Enumerate().ToHashSet();
        var isWhole = await _thumbnails.WriteAsync(examples.Where(example => channels.Contains(example.Channel)).Select(example => example.Crop).OfType<BlobPath>(), cancellationToken);
        return (LayerPhotographs.Of(pass, layer.Channels, rows, examples), isWhole);
    }
}

using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Imaging;
using AmViz.Storage;

namespace AmViz.Atlas.Tiles;

/// <summary>Reads the pictures of tiles: makes what is missing in the atlas folder, and takes the record out of each.</summary>
internal sealed class TilePictures(IBlobStore store, AtlasFolder folder, AtlasOptions options)
{
    /// <summary>Side of a thumbnail; smaller pictures keep their size.</summary>
    /// <remarks>Drawn 80 to 240 pixels wide in a page. 160 at quality 75 is the least that is sharp at the usual 128.</remarks>
    public const int ThumbnailSize = 160;

    private const int ThumbnailQuality = 75;

    // The record is in front of the pixels; a longer one than this is read with the whole file.
    private const int HeaderLength = 64 * 1024;

    private int _thumbnailsWritten;

    public int ThumbnailsWritten => _thumbnailsWritten;

    /// <summary>Reads all pictures of a layer.</summary>
    public async Task<LayerTiles> ReadAsync(LayerTiles layer, CancellationToken cancellationToken)
    {
        var tiles = layer.Tiles.ToArray();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, tiles.Length, parallel, async (i, token) => tiles[i] = await ReadAsync(tiles[i], token));
        return layer with { Tiles = tiles };
    }

    private async Task<Tile> ReadAsync(Tile tile, CancellationToken cancellationToken)
    {
        if (tile.State is not TileState.Rendered)
        {
            return tile;
        }

        if (tile.Entry is not { Sha256.Length: 64 } entry || !BlobPath.TryParse(entry.Picture, out var path))
        {
            return tile with { State = TileState.Missing };
        }

        try
        {
            return await ReadHeaderAsync(tile, entry, path, cancellationToken)
                ?? await ReadWholeAsync(tile, entry, path, cancellationToken);
        }
        catch (ImagingException)
        {
            return tile with { State = TileState.Damaged };
        }
    }

    // Null if more than the header is needed.
    private async Task<Tile?> ReadHeaderAsync(Tile tile, ManifestEntry entry, BlobPath path, CancellationToken cancellationToken)
    {
        if (!folder.Has(AtlasPaths.Thumbnail(entry.Sha256!))
            || (options.StoreAddress is null && !folder.Has(AtlasPaths.PictureCopy(path)))
            || await store.ReadRangeAsync(path, 0, HeaderLength, cancellationToken) is not { } header)
        {
            return null;
        }

        try
        {
            return tile with { Record = RecordOf(PngCodec.ReadText(header.ToArray())) };
        }
        catch (ImagingException)
        {
            return null;
        }
    }

    private async Task<Tile> ReadWholeAsync(Tile tile, ManifestEntry entry, BlobPath path, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return tile with { State = TileState.Missing };
        }

        var (picture, text) = PngCodec.Decode(blob.Content.ToArray());
        if (await folder.WriteAsync(AtlasPaths.Thumbnail(entry.Sha256!), Thumbnail(picture), cancellationToken))
        {
            Interlocked.Increment(ref _thumbnailsWritten);
        }

        if (options.StoreAddress is null)
        {
            await folder.WriteAsync(AtlasPaths.PictureCopy(path), blob.Content, cancellationToken);
        }

        return tile with { Record = RecordOf(text) };
    }

    private static byte[] Thumbnail(Picture picture)
    {
        var small = Math.Min(picture.Width, picture.Height) > ThumbnailSize ? picture.Resize(ThumbnailSize, ResizeMode.CropCenter) : picture;
        return WebpCodec.Encode(small, ThumbnailQuality);
    }

    // A picture without a record, or with one of a later version, is still worth showing.
    private static ChannelRecord? RecordOf(IReadOnlyDictionary<string, string> text)
    {
        try
        {
            return text.TryGetValue(ChannelRecord.TextKey, out var json)
                && JsonSerializer.Deserialize<ChannelRecord>(json, SweepJson.Compact) is { FormatVersion: <= ChannelRecord.CurrentFormatVersion } record
                    ? record
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using AmViz.Atlas.Output;
using AmViz.Imaging;
using AmViz.Storage;

namespace AmViz.Atlas.Tiles;

/// <summary>Reads pictures of tiles and the records in them; where pages cannot reach the store, it copies them into the atlas.</summary>
/// <param name="store">Where the pictures are.</param>
/// <param name="folder">Of the atlas.</param>
/// <param name="options">Whether pages reach the store.</param>
internal sealed class PictureReading(IBlobStore store, AtlasFolder folder, AtlasOptions options)
{
    private const int DigestDigits = 64;

    // The record is in front of the pixels; a longer one than this is read with the whole file.
    private const int HeaderLength = 64 * 1024;

    /// <summary>Reads a picture.</summary>
    /// <param name="tile">Whose.</param>
    /// <param name="needsPixels">Whether its record alone is not enough.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The tile with its record, or saying that its picture cannot be read; the picture, null without one or where its pixels are not needed.</returns>
    /// <exception cref="StorageException">The store cannot be used.</exception>
    public async Task<(Tile Tile, Picture? Picture)> ReadAsync(Tile tile, bool needsPixels, CancellationToken cancellationToken)
    {
        if (tile.State is not TileState.Rendered)
        {
            return (tile, null);
        }

        if (tile.Entry is not { Sha256.Length: DigestDigits } entry || !BlobPath.TryParse(entry.Picture, out var path))
        {
            return (tile with { State = TileState.Missing }, null);
        }

        try
        {
            return !needsPixels && await ReadHeaderAsync(tile, path, cancellationToken) is { } known ? (known, null) : await ReadWholeAsync(tile, path, cancellationToken);
        }
        catch (ImagingException)
        {
            return (tile with { State = TileState.Damaged }, null);
        }
    }

    // Null if more than the header is needed.
    private async Task<Tile?> ReadHeaderAsync(Tile tile, BlobPath path, CancellationToken cancellationToken)
    {
        if ((options.StoreAddress is null && !folder.Has(AtlasPaths.PictureCopy(path))) || await store.ReadRangeAsync(path, 0, HeaderLength, cancellationToken) is not { } header)
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

    private async Task<(Tile Tile, Picture? Picture)> ReadWholeAsync(Tile tile, BlobPath path, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return (tile with { State = TileState.Missing }, null);
        }

        var (picture, text) = PngCodec.Decode(blob.Content.ToArray());
        if (options.StoreAddress is null)
        {
            await folder.WriteAsync(AtlasPaths.PictureCopy(path), blob.Content, cancellationToken);
        }

        return (tile with { Record = RecordOf(text) }, picture);
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

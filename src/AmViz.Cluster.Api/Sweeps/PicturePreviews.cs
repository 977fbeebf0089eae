using AmViz.Imaging;
using Microsoft.Extensions.Caching.Memory;

namespace AmViz.Cluster.Api;

/// <summary>Pictures made small enough for a page of many. They are made when somebody looks, and those looked at last are kept.</summary>
/// <param name="blobs">Where the pictures are.</param>
/// <param name="mostBytes">Memory that those that are kept take at most.</param>
internal sealed class PicturePreviews(IBlobStore blobs, long mostBytes = 64 << 20) : IDisposable
{
    /// <summary>Smallest side in pixels.</summary>
    public const int SmallestSize = 16;

    /// <summary>Largest side in pixels.</summary>
    public const int LargestSize = 512;

    private const int Quality = 75;

    // A path, an entry of the cache, its place in a table.
    private const int BytesBeside = 1024;

    private readonly MemoryCache _previews = new(new MemoryCacheOptions { SizeLimit = mostBytes, TrackStatistics = true });

    // Devices of this machine have pictures to draw.
    private readonly SemaphoreSlim _makers = new(2);

    /// <summary>Memory that those that are kept take now.</summary>
    public long Bytes => _previews.GetCurrentStatistics()!.CurrentEstimatedSize!.Value;

    /// <summary>A preview.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="size">Its longest side in pixels; smaller pictures keep their size.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>WebP; null if there is no picture.</returns>
    /// <exception cref="CorruptBlobException">What lies there is no picture.</exception>
    public async Task<ReadOnlyMemory<byte>?> OfAsync(BlobPath path, int size, CancellationToken cancellationToken)
    {
        if (_previews.TryGetValue((path, size), out byte[]? preview))
        {
            return preview;
        }

        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        await _makers.WaitAsync(cancellationToken);
        try
        {
            preview = Make(path, blob.Content.ToArray(), size);
        }
        finally
        {
            _makers.Release();
        }

        // One for which there is no room is not kept; some of the others go then, those first that nobody has looked at for longest.
        return _previews.Set((path, size), preview, new MemoryCacheEntryOptions { Size = preview.Length + BytesBeside });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _makers.Dispose();
        _previews.Dispose();
    }

    private byte[] Make(BlobPath path, byte[] png, int size)
    {
        try
        {
            var (picture, _) = PngCodec.Decode(png);
            return WebpCodec.Encode(Math.Max(picture.Width, picture.Height) > size ? picture.Resize(size, ResizeMode.CropCenter) : picture, Quality, isQuick: true);
        }
        catch (ImagingException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is no picture that can be read. Remove the file; the next run draws it again.", e);
        }
    }
}

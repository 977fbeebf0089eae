using AmViz.Imaging;
using BitFaster.Caching.Lru;

namespace AmViz.Cluster.Api;

/// <summary>Pictures made small enough for a page of many. They are made when somebody looks, and those looked at last are kept.</summary>
/// <param name="blobs">Where the pictures are.</param>
internal sealed class PicturePreviews(IBlobStore blobs) : IDisposable
{
    /// <summary>Smallest side in pixels.</summary>
    public const int SmallestSize = 16;

    /// <summary>Largest side in pixels.</summary>
    public const int LargestSize = 512;

    // About 3 KB each.
    private const int Kept = 4096;

    private const int Quality = 75;

    private readonly ConcurrentLru<(BlobPath Path, int Size), ReadOnlyMemory<byte>> _previews = new(Kept);

    // Devices of this machine have pictures to draw.
    private readonly SemaphoreSlim _makers = new(2);

    /// <summary>A preview.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="size">Its longest side in pixels; smaller pictures keep their size.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>WebP; null if there is no picture.</returns>
    /// <exception cref="CorruptBlobException">What lies there is no picture.</exception>
    public async Task<ReadOnlyMemory<byte>?> OfAsync(BlobPath path, int size, CancellationToken cancellationToken)
    {
        if (_previews.TryGet((path, size), out var preview))
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

        _previews.AddOrUpdate((path, size), preview);
        return preview;
    }

    /// <inheritdoc/>
    public void Dispose() => _makers.Dispose();

    private byte[] Make(BlobPath path, byte[] png, int size)
    {
        try
        {
            var (picture, _) = PngCodec.Decode(png);
            return WebpCodec.Encode(Math.Max(picture.Width, picture.Height) > size ? picture.Resize(size, ResizeMode.CropCenter) : picture, Quality);
        }
        catch (ImagingException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is no picture that can be read. Remove the file; the next run draws it again.", e);
        }
    }
}

using AmViz.Atlas.Output;
using AmViz.Imaging;
using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>Makes the crops of photographs small, once each, in the folder of an atlas.</summary>
internal sealed class CropThumbnails(IBlobStore store, AtlasFolder folder, AtlasOptions options)
{
    /// <summary>Longest side of a thumbnail; smaller crops keep their size.</summary>
    public const int Size = 96;

    private const int Quality = 75;

    /// <summary>Makes those that are not there.</summary>
    /// <returns>Whether all are there now.</returns>
    public async Task<bool> WriteAsync(IEnumerable<BlobPath> crops, CancellationToken cancellationToken)
    {
        var missing = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        var wanted = crops.Distinct().Where(crop => !folder.Has(AtlasPaths.Crop(CropName.Of(crop))));
        await Parallel.ForEachAsync(wanted, parallel, async (crop, token) =>
        {
            if (await ThumbnailAsync(crop, token) is { } thumbnail)
            {
                await folder.WriteAsync(AtlasPaths.Crop(CropName.Of(crop)), thumbnail, token);
            }
            else
            {
                Interlocked.Increment(ref missing);
            }
        });
        return missing == 0;
    }

    // Null if the crop is missing or damaged.
    private async Task<byte[]?> ThumbnailAsync(BlobPath crop, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(crop, cancellationToken) is { } blob ? WebpCodec.Encode(Small(PngCodec.Decode(blob.Content.ToArray()).Picture), Quality) : null;
        }
        catch (ImagingException)
        {
            return null;
        }
    }

    private static Picture Small(Picture picture) => Math.Min(picture.Width, picture.Height) > Size ? picture.Resize(Size, ResizeMode.CropCenter) : picture;
}

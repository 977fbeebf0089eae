using AmViz.Imaging;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Photographs;

/// <summary>Copies the photographs of a pass into the store, for whoever does not see their folder, now or later.</summary>
/// <param name="store">Where to.</param>
internal sealed class PhotographCopies(ResponseStore store)
{
    /// <summary>Copies what is not there yet. What cannot be read is left out; who shows the photographs says of it that it could not be.</summary>
    /// <param name="plan">The pass.</param>
    /// <param name="listing">Its photographs.</param>
    /// <param name="cancellationToken">Gives up; copied again, it goes on.</param>
    public async Task CopyAsync(ResponsePlan plan, PhotographListing listing, CancellationToken cancellationToken)
    {
        var there = await store.CopiedAsync(plan, cancellationToken);
        await Parallel.ForEachAsync(
            listing.Photographs.Index().Where(photograph => !there.Contains(photograph.Index)), cancellationToken,
            async (photograph, token) =>
            {
                if (Read(Path.Combine(listing.Root, photograph.Item.Name)) is { } file)
                {
                    await store.CopyAsync(plan, photograph.Index, file, token);
                }
            });
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return PictureLoader.ReadFile(path);
        }
        catch (Exception e) when (e is ImagingException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

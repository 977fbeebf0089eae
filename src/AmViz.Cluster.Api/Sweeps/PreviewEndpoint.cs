using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Previews of many pictures by one request: a page shows fifty, and each request costs a browser more than its picture.</summary>
internal static class PreviewEndpoint
{
    /// <summary>Pictures of one request at most.</summary>
    public const int MostPictures = 32;

    private const int UsualSize = 128;

    /// <summary>Adds it.</summary>
    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/sweeps/{id}/previews", PreviewsAsync).Needs(AccessRole.Read)
            .WithSummary($"Previews of up to {MostPictures} pictures of a sweep, each by a 'picture' of the query, as the manifest and the tasks name it: WebP in base64, or why there is none.");

    /// <summary>Makes them.</summary>
    public static async Task<PreviewPage> PreviewsAsync(
        KnownSweeps sweeps, PicturePreviews previews, string id, [FromQuery] string[] picture, [FromQuery] int? size, CancellationToken cancellationToken)
    {
        var side = QueryWords.Within("size", size, PicturePreviews.SmallestSize, PicturePreviews.LargestSize) ?? UsualSize;
        if (picture.Length is 0 or > MostPictures)
        {
            throw new ProblemException(Problem.Malformed(FormattableString.Invariant($"picture: {picture.Length} were given. Expected 1 to {MostPictures}, each by a 'picture' of its own.")));
        }

        var known = await sweeps.PicturesAsync(id, cancellationToken);
        return new(await Task.WhenAll(picture.Select(path => PreviewAsync(known, previews, id, path, side, cancellationToken))));
    }

    // What is wrong with one picture keeps nobody from the others.
    private static async Task<Preview> PreviewAsync(SweepPictures known, PicturePreviews previews, string id, string path, int side, CancellationToken cancellationToken)
    {
        try
        {
            var webp = known.Find(path) is { } found ? await previews.OfAsync(found, side, cancellationToken) : null;
            return webp is null ? new(path, null, ResultEndpoints.NoPicture(id, path).ToDocument()) : new(path, webp, null);
        }
        catch (CorruptBlobException e)
        {
            return new(path, null, ProblemMapping.Of(e)!.ToDocument());
        }
    }
}

/// <summary>Previews in the order in which they were asked for.</summary>
/// <param name="Previews">One for each picture of the query.</param>
internal sealed record PreviewPage(IReadOnlyList<Preview> Previews);

/// <summary>A preview.</summary>
/// <param name="Picture">The picture's path, as it was asked for.</param>
/// <param name="Webp">The preview; null: there is none.</param>
/// <param name="Problem">Why there is none; null: there is one.</param>
internal sealed record Preview(string Picture, ReadOnlyMemory<byte>? Webp, ProblemDocument? Problem);

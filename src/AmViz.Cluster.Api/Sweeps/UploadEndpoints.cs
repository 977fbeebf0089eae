using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>Networks that come over HTTP: begun, sent in parts, completed.</summary>
internal static class UploadEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/networks/{digest}", NetworkAsync).Needs(AccessRole.Read).WithSummary("A network of the cluster's store and its files, by the whole SHA-256 of its weights: whoever has the same need not send them.");
        api.MapPost("/uploads", BeginAsync).Needs(AccessRole.Submit).WithSummary("Begins the upload of a network; one that is not completed within a day is removed.");
        api.MapGet("/uploads/{upload}", FilesAsync).Needs(AccessRole.Submit).WithSummary("What has come of each file of an upload: 'whole' tells where to go on.");
        api.MapPut("/uploads/{upload}/files/{**name}", PutAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Part)
            .WithSummary("A part of a file, at most 8 MiB, from the byte 'offset' on; 'sha256' is that of the part. The same part twice is one part.");
        api.MapPost("/uploads/{upload}/complete", CompleteAsync).Needs(AccessRole.Submit).WithMetadata(RequestBody.Completion)
            .WithSummary("Checks the files as 'amviz models push' does and puts the network into the store under its digest.");
        api.MapDelete("/uploads/{upload}", DeleteAsync).Needs(AccessRole.Submit).Produces(StatusCodes.Status204NoContent).WithSummary("Gives an upload up.");
    }

    private static async Task<NetworkInStore> NetworkAsync(NetworkStore networks, string digest, CancellationToken cancellationToken)
    {
        var network = IsDigest(digest) ? await networks.FindAsync(digest, cancellationToken) : null;
        return network is null
            ? throw new ProblemException(Problem.NotFound("network", $"The cluster's store has no network '{ErrorWords.Shorten(digest)}'. Expected the SHA-256 of its weights, 64 small hexadecimal digits; 'GET /api/v1/networks' lists those it has."))
            : new(network.Model, network.WeightsDigest, [.. network.Files.Select(file => new NetworkFile(file.Name, file.Bytes, file.Sha256))]);
    }

    private static bool IsDigest(string text) => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower);

    private static async Task<Created<BegunUpload>> BeginAsync(Uploads uploads, CancellationToken cancellationToken)
    {
        var id = await uploads.BeginAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/uploads/{id}", new BegunUpload(id));
    }

    private static async Task<IReadOnlyList<ArrivedFile>> FilesAsync(Uploads uploads, string upload, CancellationToken cancellationToken)
        => [.. (await uploads.FilesAsync(upload, cancellationToken)).Select(file => new ArrivedFile(file.Name, file.Whole, file.Bytes))];

    private static async Task<NoContent> PutAsync(
        Uploads uploads, HttpRequest request, string upload, string name, [FromQuery] long? offset, [FromQuery] string? sha256, CancellationToken cancellationToken)
    {
        if (offset is not >= 0 || sha256 is null)
        {
            throw new ProblemException(Problem.Malformed("The query lacks offset or sha256. Expected the first byte of the part in its file, from 0, and the SHA-256 of the part in hexadecimal digits."));
        }

        using var turn = await uploads.PartTurnAsync(cancellationToken);
        var part = await RequestText.ReadBytesAsync(request, NetworkUploads.LongestPart, "Send the file in parts of 8 MiB or less.", cancellationToken);
        var found = Convert.ToHexStringLower(SHA256.HashData(part.Span));
        if (!found.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(Problem.Unprocessable(
                "other-digest", "The part is not what its digest says",
                string.Create(CultureInfo.InvariantCulture, $"The part has {part.Length} bytes with SHA-256 {found}; expected {ErrorWords.Shorten(sha256)}. Send it again.")));
        }

        await uploads.AddAsync(upload, name, offset.Value, part, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<KnownNetwork> CompleteAsync(Uploads uploads, HttpRequest request, string upload, CancellationToken cancellationToken)
        => await uploads.CompleteAsync(
            upload, UploadCompletion.Parse(await RequestText.ReadAsync(request, RequestText.JsonTypes, cancellationToken)),
            programs: Caller.Of(request.HttpContext).Role == AccessRole.Admin, cancellationToken);

    private static async Task<NoContent> DeleteAsync(Uploads uploads, string upload, CancellationToken cancellationToken)
    {
        await uploads.RemoveAsync(upload, cancellationToken);
        return TypedResults.NoContent();
    }
}

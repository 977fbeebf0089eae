using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Api;

/// <summary>What came of sweeps: manifests, pictures, failures.</summary>
internal static class ResultEndpoints
{
    private const int UsualPage = 100;
    private const int LongestPage = 1000;
    private const string Parquet = "application/vnd.apache.parquet";
    private const string Octets = "application/octet-stream";

    /// <summary>Adds them.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/sweeps/{id}/failures", FailuresAsync).Needs(AccessRole.Read)
            .WithSummary("Channels that ended without a picture, grouped by error. Of a running sweep: as far as rows are written; one that is tried again stays until it has ended again.");
        api.MapGet("/sweeps/{id}/manifest", ManifestAsync).Needs(AccessRole.Read).Produces<Manifest>().Produces(StatusCodes.Status200OK, contentType: Parquet)
            .WithSummary("The manifest of a sweep that has ended, as JSON or, with format=parquet or by Accept, as manifest.parquet.");
        api.MapGet("/sweeps/{id}/files/{name}", FileAsync).Needs(AccessRole.Read).Produces(StatusCodes.Status200OK, contentType: Octets)
            .WithSummary("A file of a sweep as it lies in the store: sweep.json, its plan; when it has ended, manifest.json, manifest.parquet and, where there is one, runlog.parquet.");
        api.MapGet("/sweeps/{id}/pictures/{**path}", PictureAsync).Needs(AccessRole.Read).Produces(StatusCodes.Status200OK, contentType: "image/png").Produces(StatusCodes.Status200OK, contentType: "image/webp")
            .WithSummary("A picture of a sweep, by the path that the manifest and the task name; with size, a preview (WebP) that is at most so many pixels wide and high.");
        api.MapGet("/sweeps/{id}/pass/{**path}", PassFileAsync).Needs(AccessRole.Read).Produces(StatusCodes.Status200OK, contentType: Octets)
            .WithSummary("A file of the pass of photographs that a sweep is, by its path in the store: its responses.json, which names the tables, these, and the crops that they name.");
        api.MapGet("/sweeps/{id}/scores/{**path}", ScoreFileAsync).Needs(AccessRole.Read).Produces(StatusCodes.Status200OK, contentType: Parquet)
            .WithSummary("A table of a sweep that scores pictures, by its path in the store: scores/, then the pass, the layer and the name that 'sweep.json' has of each.");
    }

    /// <summary>The path is that of no picture of the sweep, or of one that is not drawn.</summary>
    public static Problem NoPicture(string id, string path) => Problem.NotFound(
        "picture", $"The sweep '{id}' has no picture '{ErrorWords.Shorten(path)}'. Expected a path that 'GET /api/v1/sweeps/{id}/manifest' names under 'picture', with '%' as %25.");

    private static async Task<FailurePage> FailuresAsync(SweepRows rows, string id, [FromQuery] int? limit, [FromQuery] int? after, CancellationToken cancellationToken)
    {
        var size = QueryWords.Within("limit", limit, 1, LongestPage) ?? UsualPage;
        var first = QueryWords.Within("after", after, 0, int.MaxValue) ?? 0;
        var groups = FailureGroups.Of((await rows.OfAsync(id, cancellationToken)).Table);
        return new([.. groups.Skip(first).Take(size)], groups.Count - first > size ? first + size : null);
    }

    private static async Task ManifestAsync(
        HttpContext context, KnownSweeps sweeps, ManifestReader manifests, IBlobStore blobs, string id, [FromQuery] string? format, CancellationToken cancellationToken)
    {
        var wanted = format is null ? AcceptedFormat(context.Request) : QueryWords.Read<ManifestFormat>("format", format);
        var sweep = (await sweeps.PlanAsync(id, cancellationToken)).Id;
        var header = await manifests.ReadHeaderAsync(sweep, cancellationToken);
        var table = header is null ? null : await blobs.ReadAsync(ResultLayout.Manifest(sweep), cancellationToken);
        if (header is null || table is null)
        {
            throw new ProblemException(Problem.NotFound("manifest", $"The sweep '{id}' has no manifest yet: it is written at the end. 'GET /api/v1/sweeps/{id}' tells how far it is."));
        }

        if (wanted == ManifestFormat.Parquet)
        {
            context.Response.ContentType = Parquet;
            context.Response.ContentLength = table.Content.Length;
            await context.Response.Body.WriteAsync(table.Content, cancellationToken);
        }
        else
        {
            // Row by row: a manifest may have a million.
            context.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(context.Response.Body, new Manifest(header, manifests.ReadRowsAsync(sweep, cancellationToken)), ApiJson.Options, cancellationToken);
        }
    }

    private static ManifestFormat AcceptedFormat(HttpRequest request)
        => request.GetTypedHeaders().Accept.OrderByDescending(accepted => accepted.Quality ?? 1)
            .Select(accepted => accepted.MediaType.Value)
            .FirstOrDefault(accepted => accepted is Parquet or "application/json") == Parquet ? ManifestFormat.Parquet : ManifestFormat.Json;

    private static async Task<IResult> FileAsync(KnownSweeps sweeps, IBlobStore blobs, string id, string name, CancellationToken cancellationToken)
    {
        var sweep = (await sweeps.PlanAsync(id, cancellationToken)).Id;
        BlobPath[] files = [ResultLayout.Plan(sweep), ResultLayout.ManifestHeader(sweep), ResultLayout.Manifest(sweep), ResultLayout.RunLog(sweep)];
        var file = Array.Find(files, file => file.Name == name);
        return file != default && await blobs.ReadAsync(file, cancellationToken) is { } blob
            ? TypedResults.Bytes(blob.Content, Octets)
            : throw new ProblemException(Problem.NotFound(
                "file", $"The sweep '{id}' has no file '{ErrorWords.Shorten(name)}'{(file == default ? "" : " yet: it is written at the end")}. Expected one of {string.Join(", ", files.Select(known => known.Name))}."));
    }

    private static async Task<IResult> PictureAsync(
        HttpContext context, KnownSweeps sweeps, IBlobStore blobs, PicturePreviews previews, string id, string path, [FromQuery] int? size, CancellationToken cancellationToken)
    {
        var side = QueryWords.Within("size", size, PicturePreviews.SmallestSize, PicturePreviews.LargestSize);
        var picture = (await sweeps.PicturesAsync(id, cancellationToken)).Find(path) ?? throw new ProblemException(NoPicture(id, path));
        var content = side is null ? (await blobs.ReadAsync(picture, cancellationToken))?.Content : await previews.OfAsync(picture, side.Value, cancellationToken);
        // What lies at the address of a picture never changes.
        context.Response.Headers.CacheControl = content is null ? "no-store" : "private, max-age=31536000, immutable";
        return content is null ? throw new ProblemException(NoPicture(id, path)) : TypedResults.Bytes(content.Value, side is null ? "image/png" : "image/webp");
    }

    private static async Task<IResult> ScoreFileAsync(KnownSweeps sweeps, IBlobStore blobs, string id, string path, CancellationToken cancellationToken)
    {
        var plan = await sweeps.PlanAsync(id, cancellationToken);
        var file = plan.Scores?.Tables.Select(ResultLayout.Scores).FirstOrDefault(table => table.Value == path);
        return file is { } table && table != default && await blobs.ReadAsync(table, cancellationToken) is { } blob
            ? TypedResults.Bytes(blob.Content, Parquet)
            : throw new ProblemException(Problem.NotFound(
                "file", plan.Scores is null
                    ? $"The sweep '{id}' scores no pictures. A spec with 'scores' makes one that does."
                    : $"The sweep '{id}' has no table '{ErrorWords.Shorten(path)}'. Expected scores/{{pass}}/{{layer}}/{{name}}.parquet, as its 'sweep.json' has them, once the task of the layer has ended."));
    }

    private static async Task<IResult> PassFileAsync(KnownSweeps sweeps, IBlobStore blobs, string id, string path, CancellationToken cancellationToken)
    {
        var plan = await sweeps.PlanAsync(id, cancellationToken);
        return plan.Pass is { } pass && BlobPath.TryParse(path, out var file) && ResultLayout.IsOfPass(pass.Id, file) && await blobs.ReadAsync(file, cancellationToken) is { } blob
            ? TypedResults.Bytes(blob.Content, Octets)
            : throw new ProblemException(Problem.NotFound(
                "file", plan.Pass is null
                    ? $"The sweep '{id}' shows no photographs. 'GET /api/v1/sweeps/{{id}}/pictures/{{path}}' has what a sweep drew."
                    : $"The pass '{plan.Pass.Id}' of the sweep '{id}' has no file '{ErrorWords.Shorten(path)}'. Expected a path below {ResultLayout.ResponsePass(plan.Pass.Id)}, or one of a crop that its tables name."));
    }

    private sealed record Manifest([property: System.Text.Json.Serialization.JsonPropertyName("manifest")] ManifestHeader Header, IAsyncEnumerable<ManifestEntry> Rows);
}

/// <summary>Forms of a manifest.</summary>
internal enum ManifestFormat
{
    /// <summary>Header and rows in one document.</summary>
    Json,

    /// <summary>The rows as they lie in the store.</summary>
    Parquet,
}

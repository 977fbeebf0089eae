using System.IO.Compression;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace AmViz.Cluster.Api;

/// <summary>The document of the API as a page for people: one file, since a browser sends no key with the parts of a page.</summary>
internal static class ReferencePage
{
    private const string ScriptResource = "ScalarStaticAssets.scalar.js";

    // In the page itself, which is opened from a disk: it asks nobody for anything.
    private const string Nobody = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:";

    private const string Head =
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{Nobody}\"><title>AmViz.Cluster API</title></head><body><div id=\"app\"></div><script>";

    /// <summary>Writes it.</summary>
    public static async Task WriteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var documents = context.RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1");
        var document = await (await documents.GetOpenApiDocumentAsync(cancellationToken)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(Head, cancellationToken);
        await using (var script = OpenScript())
        {
            await script.CopyToAsync(context.Response.Body, cancellationToken);
        }

        // As a literal inside a script: '<' must not end it.
        await context.Response.WriteAsync(
            $"</script><script>Scalar.createApiReference('#app', {{ content: \"{JavaScriptEncoder.Default.Encode(document)}\", withDefaultFonts: false, telemetry: false, hideClientButton: true }})</script></body></html>",
            cancellationToken);
    }

    private static GZipStream OpenScript()
    {
        var package = typeof(ScalarOptions).Assembly;
        // The package keeps it compressed.
        return new GZipStream(package.GetManifestResourceStream(ScriptResource)!, CompressionMode.Decompress);
    }
}

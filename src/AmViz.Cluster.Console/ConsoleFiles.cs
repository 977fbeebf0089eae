using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace AmViz.Cluster.Console;

/// <summary>The files of the console, as they were built.</summary>
internal sealed class ConsoleFiles
{
    /// <summary>Name of the page.</summary>
    public const string Page = "index.html";

    // Nothing but this server's own files and answers; pictures come by requests that carry the key, hence blobs.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly Dictionary<string, ConsoleFile> _files;

    private ConsoleFiles(Dictionary<string, ConsoleFile> files) => _files = files;

    /// <summary>Reads and compresses them, once.</summary>
    public static ConsoleFiles Load()
    {
        var assembly = typeof(ConsoleFiles).Assembly;
        return new(assembly.GetManifestResourceNames().Where(name => Types.ContainsKey(Path.GetExtension(name))).ToDictionary(name => name, name =>
        {
            using var content = assembly.GetManifestResourceStream(name)!;
            using var whole = new MemoryStream();
            content.CopyTo(whole);
            return ConsoleFile.Of(whole.ToArray(), Types[Path.GetExtension(name)]);
        }, StringComparer.Ordinal));
    }

    /// <summary>Answers a request for a file.</summary>
    public async Task AnswerAsync(HttpContext context, string name)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (!_files.TryGetValue(name, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"The console has no such file. It begins at {AmVizConsoleExtensions.Root}\n", context.RequestAborted);
            return;
        }

        // Another version of the program may have others: asked for each time, and seldom sent.
        headers.CacheControl = "no-cache";
        headers.ETag = file.ETag;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (IsKnown(context.Request.GetTypedHeaders(), file.ETag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var isCompressed = context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "gzip" && encoding.Quality is not 0);
        var content = isCompressed ? file.Compressed : file.Content;
        headers.ContentEncoding = isCompressed ? "gzip" : default;
        context.Response.ContentType = file.Type;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static bool IsKnown(RequestHeaders request, string etag) => request.IfNoneMatch.Any(known => known.Tag == etag || known.Tag == "*");

    private sealed record ConsoleFile(byte[] Content, byte[] Compressed, string Type, string ETag)
    {
        public static ConsoleFile Of(byte[] content, string type)
        {
            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            {
                gzip.Write(content);
            }

            // The two forms have one tag: whoever knows one of them knows what is in the other.
            return new(content, compressed.ToArray(), type, $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
        }
    }
}

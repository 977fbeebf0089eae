using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>The body of a request as text, within bounds.</summary>
internal static class RequestText
{
    /// <summary>Longest body in bytes: the longest spec that is read.</summary>
    public const int LongestBody = 1 << 20;

    private const int Chunk = 1 << 14;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Media types of a spec.</summary>
    public static IReadOnlyList<string> SpecTypes { get; } = ["application/yaml", "application/json", "application/x-yaml", "text/yaml", "text/x-yaml"];

    /// <summary>Media types of everything else.</summary>
    public static IReadOnlyList<string> JsonTypes { get; } = ["application/json"];

    /// <summary>Reads it.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="types">Media types that it may be of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">It is of another type, too long, or no UTF-8.</exception>
    public static async Task<string> ReadAsync(HttpRequest request, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        CheckType(request.ContentType, types);
        var bytes = await ReadBytesAsync(request, LongestBody, "A spec that names each layer of many networks takes some kilobytes: is it the right file?", cancellationToken);
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(Problem.Malformed("The body is no UTF-8. Expected text in UTF-8; save it so and send it again."));
        }
    }

    private static void CheckType(string? found, IReadOnlyList<string> types)
    {
        if (!MediaTypeHeaderValue.TryParse(found, out var type) || !types.Contains(type.MediaType, StringComparer.OrdinalIgnoreCase))
        {
            throw new ProblemException(new(
                StatusCodes.Status415UnsupportedMediaType, "media-type", "The body is of another media type",
                $"The body is of the type '{ErrorWords.Shorten(found ?? "none")}'. Expected {string.Join(" or ", types.Take(2))}; with curl: -H 'Content-Type: {types[0]}'."));
        }

        if (type.CharSet is { } charset && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(new(
                StatusCodes.Status415UnsupportedMediaType, "media-type", "The body is of another media type", $"The body is in '{ErrorWords.Shorten(charset)}'. Expected utf-8."));
        }
    }

    /// <summary>Reads it as bytes.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="advice">What to do about a longer one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">It is too long, compressed, or does not come as it was announced.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int most, string advice, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding is [{ Length: > 0 } coding, ..] && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(new(
                StatusCodes.Status415UnsupportedMediaType, "media-type", "The body is compressed", $"Content-Encoding is '{ErrorWords.Shorten(coding)}'. Expected a body as it is; leave the header out, and send it uncompressed."));
        }

        if (request.ContentLength > most)
        {
            throw TooLong(request.ContentLength.Value.ToString(CultureInfo.InvariantCulture), most, advice);
        }

        using var all = new MemoryStream(capacity: (int)(request.ContentLength ?? 0));
        var buffer = new byte[Chunk];
        while (await ReadSomeAsync(request, buffer, cancellationToken) is var count and > 0)
        {
            await all.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            if (all.Length > most)
            {
                throw TooLong("more", most, advice);
            }
        }

        return all.GetBuffer().AsMemory(0, (int)all.Length);
    }

    private static async Task<int> ReadSomeAsync(HttpRequest request, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is OverflowException or (IOException and not BadHttpRequestException))
        {
            // Kestrel means so the size of a chunk that no number holds.
            throw new ProblemException(Problem.Malformed($"The body does not come as it was announced: {e.Message} Send it again, with its length or in chunks."));
        }
    }

    private static ProblemException TooLong(string found, int most, string advice) => new(new(
        StatusCodes.Status413PayloadTooLarge, "too-large", "The request is too large",
        string.Create(CultureInfo.InvariantCulture, $"The body has {found} bytes; at most {most} are read. {advice}")));
}

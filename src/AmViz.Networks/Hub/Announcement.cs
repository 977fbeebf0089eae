namespace AmViz.Networks;

/// <summary>What the headers on the way to a file say of it.</summary>
/// <param name="Checksum">Of the whole file; null if they say nothing.</param>
/// <param name="Revision">The commit it is of; null if they say nothing.</param>
internal sealed record Announcement(Checksum? Checksum, string? Revision)
{
    private const string Source = "the server's announcement";
    private const string Md5Prefix = "md5=";
    private const int Sha256Digits = 64;
    private const int Md5Bytes = 16;

    /// <summary>Takes in the headers of a further answer; what was said first stands.</summary>
    /// <remarks>The hub of Hugging Face tells the SHA-256 before it redirects (<c>X-Linked-ETag</c>), Google's storage the MD5 (<c>x-goog-hash</c>).</remarks>
    public Announcement And(HttpResponseMessage response)
        => new(Checksum ?? Sha256Of(response) ?? Md5Of(response), Revision ?? Headers(response, "X-Repo-Commit").FirstOrDefault());

    private static Checksum? Sha256Of(HttpResponseMessage response)
        => Headers(response, "X-Linked-ETag").Select(tag => tag.Trim('"')).FirstOrDefault(tag => tag.Length == Sha256Digits && tag.All(char.IsAsciiHexDigit)) is { } digits
            ? new Checksum(ChecksumKind.Sha256, digits.ToLowerInvariant(), Source)
            : null;

    // Several may stand in one header, e.g. "crc32c=AAAAAA==,md5=AAAA...==".
    private static Checksum? Md5Of(HttpResponseMessage response)
    {
        var text = Headers(response, "x-goog-hash").SelectMany(header => header.Split(',')).Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith(Md5Prefix, StringComparison.Ordinal));
        var md5 = new byte[Md5Bytes];
        return text is not null && Convert.TryFromBase64String(text[Md5Prefix.Length..], md5, out var length) && length == Md5Bytes
            ? new Checksum(ChecksumKind.Md5, Convert.ToHexStringLower(md5), Source)
            : null;
    }

    private static IEnumerable<string> Headers(HttpResponseMessage response, string name)
        => response.Headers.TryGetValues(name, out var values) ? values : [];
}

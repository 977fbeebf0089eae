using System.Globalization;
using System.Text;

namespace AmViz.Cluster.Api.Tests.Problems;

/// <summary>A request while things go wrong with it.</summary>
internal sealed class RequestDraft(string method, string path)
{
    private const int LongestLine = 8190;

    public string Method { get; set; } = method;

    public string Path { get; set; } = path;

    public List<string> Query { get; } = [];

    /// <summary>Names that its query may have.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    public string Version { get; set; } = "HTTP/1.1";

    public string Host { get; set; } = "localhost";

    /// <summary>The value of Authorization; null: no such header.</summary>
    public string? Key { get; set; }

    public List<string> Headers { get; } = [];

    public string? Type { get; set; }

    /// <summary>The body that would be right; empty: none.</summary>
    public string Right { get; set; } = "";

    public byte[] Body { get; set; } = [];

    /// <summary>What Content-Length says; null: the truth.</summary>
    public long? Announced { get; set; }

    /// <summary>The body as it is sent in chunks; null: in one piece.</summary>
    public IReadOnlyList<string>? Chunks { get; set; }

    public RequestEnding Ending { get; set; }

    public bool IsHttp { get; set; } = true;

    /// <summary>How much of it is sent.</summary>
    public double Cut { get; set; } = 1;

    public RawRequest Write()
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Method} {Path}{(Query.Count == 0 ? "" : "?")}{string.Join('&', Query)} {Version}\r\nHost: {Host}\r\nConnection: close\r\n");
        if (Key is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Authorization: {Key}\r\n");
        }

        foreach (var header in Headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (Type is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {Type}\r\n");
        }

        head.Append(Chunks is not null ? "Transfer-Encoding: chunked\r\n" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Announced ?? Body.Length}\r\n")).Append("\r\n");
        byte[] all = [.. Encoding.Latin1.GetBytes(head.ToString()), .. Chunks is null ? Body : Encoding.Latin1.GetBytes(string.Concat(Chunks))];
        return new(all[..(int)(all.Length * Cut)], Ending, IsHttp && IsRead(head.ToString()));
    }

    /// <summary>Whether Kestrel hands it on: it refuses long request lines, letters beyond ASCII, and a NUL in a path.</summary>
    private bool IsRead(string head)
        => head.IndexOf('\r', StringComparison.Ordinal) <= LongestLine && Path.All(letter => letter is > ' ' and <= '~') && head.All(char.IsAscii) && !Path.Contains("%00", StringComparison.Ordinal);
}

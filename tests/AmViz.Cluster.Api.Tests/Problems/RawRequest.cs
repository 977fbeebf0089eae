using System.Text;

namespace AmViz.Cluster.Api.Tests.Problems;

/// <summary>Bytes for a server, and what the client does after them.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="Ending">What comes then.</param>
/// <param name="IsHttp">Whether it is a request that HTTP allows. What is none is refused by the server itself, without words.</param>
internal sealed record RawRequest(byte[] Bytes, RequestEnding Ending, bool IsHttp)
{
    public override string ToString()
    {
        var text = Encoding.Latin1.GetString(Bytes);
        return $"[{Ending}] {(text.Length <= 1500 ? text : $"{text[..1500]}... ({text.Length})")}";
    }
}

/// <summary>What a client does once it has sent something.</summary>
internal enum RequestEnding
{
    /// <summary>Reads the answer.</summary>
    Whole,

    /// <summary>Says that no more comes, although it was announced, and reads the answer, if there is one.</summary>
    HalfClose,

    /// <summary>Is gone.</summary>
    Abort,

    /// <summary>Sends no more, although it was announced, and waits for the answer.</summary>
    Stall,
}

/// <summary>What came back.</summary>
/// <param name="Status">HTTP status; 0: nothing came.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">All after them.</param>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    public bool Has(string header) => Head.Contains($"\r\n{header}", StringComparison.OrdinalIgnoreCase);
}

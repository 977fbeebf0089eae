using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AmViz.Cluster.Api.Tests.Problems;

namespace AmViz.Cluster.Api.Tests;

/// <summary>Sends what no well-behaved client would: addresses as they are.</summary>
internal static class RawHttp
{
    public static Task<(int Status, string Body)> GetAsync(Uri server, string target, string key, CancellationToken cancellationToken)
        => SendAsync(server, $"GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n", cancellationToken);

    /// <summary>Sends bytes and reads until the server has closed.</summary>
    public static async Task<(int Status, string Body)> SendAsync(Uri server, string request, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(cancellationToken);
        return (StatusOf(answer), answer);
    }

    /// <summary>Sends a request, whatever it is, and reads the answer.</summary>
    /// <exception cref="OperationCanceledException">None came in time.</exception>
    public static async Task<RawAnswer> SendAsync(Uri server, RawRequest request, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = socket.GetStream();
        try
        {
            await stream.WriteAsync(request.Bytes, cancellationToken);
            switch (request.Ending)
            {
                case RequestEnding.Abort:
                    return new(0, "", "");

                case RequestEnding.HalfClose:
                    socket.Client.Shutdown(SocketShutdown.Send);
                    break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The server has answered and closed before it had all. Its answer may be there.
        }

        return await ReadAsync(stream, cancellationToken);
    }

    private static async Task<RawAnswer> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        var buffer = new byte[1 << 14];
        var head = -1;
        try
        {
            // A stream of events has no end; that it has begun is the answer.
            while (head < 0 || !all.ToString(0, head).Contains("text/event-stream", StringComparison.Ordinal))
            {
                if (await stream.ReadAsync(buffer, cancellationToken) is var count && count == 0)
                {
                    break;
                }

                all.Append(Encoding.Latin1.GetString(buffer, 0, count));
                head = head < 0 ? all.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal) : head;
            }
        }
        catch (IOException)
        {
            // Closed with unread bytes of ours: what was read is the answer.
        }

        var answer = all.ToString();
        if (head < 0)
        {
            return new(StatusOf(answer), answer, "");
        }

        var read = new RawAnswer(StatusOf(answer), answer[..head], answer[(head + 4)..]);
        return read.Has("Transfer-Encoding: chunked") ? read with { Body = Join(read.Body) } : read;
    }

    private static string Join(string chunks)
    {
        var all = new StringBuilder();
        for (var at = 0; chunks.IndexOf("\r\n", at, StringComparison.Ordinal) is var end && end >= 0 && int.Parse(chunks.AsSpan(at, end - at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is var length and > 0; at = end + length + 4)
        {
            all.Append(chunks, end + 2, Math.Min(length, chunks.Length - end - 2));
        }

        return all.ToString();
    }

    private static int StatusOf(string answer) => answer.Length > 12 ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
}

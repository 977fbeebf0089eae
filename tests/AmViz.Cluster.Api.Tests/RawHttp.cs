using System.Globalization;
using System.Net.Sockets;
using System.Text;

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
        var status = answer.Length > 12 ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
        return (status, answer);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AmViz.TestKit;

/// <summary>What a client asked.</summary>
/// <param name="Path">Path with its leading slash.</param>
/// <param name="Headers">By name, upper and lower case being the same.</param>
public sealed record LoopbackRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Such as GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>What followed the headers.</summary>
    public string Body { get; init; } = "";
}

/// <summary>What the server answers.</summary>
/// <param name="Status">Such as 200.</param>
/// <param name="Body">What follows the headers.</param>
public sealed record LoopbackResponse(int Status, byte[] Body)
{
    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The connection is cut after so many bytes of the body; null for none.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Nothing is sent until the test is over.</summary>
    public bool Hangs { get; init; }
}

/// <summary>An HTTP server on the loopback address that does what a test says, also what servers should not do.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<LoopbackRequest, LoopbackResponse> _answer;
    private readonly Task _accepting;

    /// <summary>Listens on a free port.</summary>
    public LoopbackServer(Func<LoopbackRequest, LoopbackResponse> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its address, with a slash at the end.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Everything that was asked, in order.</summary>
    public ConcurrentQueue<LoopbackRequest> Requests { get; } = new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // First the loop: it may be about to accept, which a listener that is gone answers otherwise than one that is told to stop.
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>A whole file, or the part of it that is asked for, if it still has the tag that was asked for.</summary>
    public static LoopbackResponse File(LoopbackRequest request, byte[] file, string tag)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["ETag"] = tag };
        if (!request.Headers.TryGetValue("Range", out var range) || request.Headers.GetValueOrDefault("If-Range") != tag)
        {
            return new(200, file) { Headers = headers };
        }

        var start = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        headers["Content-Range"] = start < file.Length ? $"bytes {start}-{file.Length - 1}/{file.Length}" : $"bytes */{file.Length}";
        return start < file.Length ? new(206, file[start..]) { Headers = headers } : new(416, []) { Headers = headers };
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                var request = await ReadAsync(stream);
                Requests.Enqueue(request);
                await AnswerAsync(client, stream, _answer(request));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<LoopbackRequest> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            text.Append((char)one[0]);
        }

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new(lines[0].Split(' ')[1], headers) { Method = lines[0].Split(' ')[0], Body = Encoding.UTF8.GetString(body) };
    }

    private async Task AnswerAsync(TcpClient client, NetworkStream stream, LoopbackResponse response)
    {
        if (response.Hangs)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
            return;
        }

        var head = new StringBuilder($"HTTP/1.1 {response.Status} Said\r\nContent-Length: {response.Body.Length}\r\nConnection: close\r\n");
        foreach (var (name, value) in response.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}\r\n"), _stop.Token);
        await stream.WriteAsync(response.Body.AsMemory(0, response.CutAfter ?? response.Body.Length), _stop.Token);
        await stream.FlushAsync(_stop.Token);
        if (response.CutAfter is null)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }
}

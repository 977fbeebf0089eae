using System.Net;
using System.Net.Sockets;

namespace AmViz.TestKit;

/// <summary>Passes bytes on between a client and a server, and fails in the ways in which networks do.</summary>
public sealed class LoopbackProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private long _allowed = long.MaxValue;
    private int _answersToLose;

    /// <summary>Listens on a free port.</summary>
    /// <param name="target">Whose host and port are connected to.</param>
    public LoopbackProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Times that a connection was cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>The address to use in place of <paramref name="address"/>.</summary>
    public Uri Through(Uri address) => new UriBuilder(address) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>Cuts the connection once, after so many more bytes from the client.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _allowed, bytes);

    /// <summary>Cuts the connection in place of the next answer; the server has done its work then.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref _answersToLose, 1);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        using (var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            try
            {
                await server.ConnectAsync(_target.Host, _target.Port, ended.Token);
                var up = PumpAsync(client, server, bytes => Interlocked.Add(ref _allowed, -bytes) < 0 && Rearm(), ended.Token);
                var down = PumpAsync(server, client, _ => Interlocked.Exchange(ref _answersToLose, 0) == 1, ended.Token);
                await await Task.WhenAny(up, down);
                await ended.CancelAsync();
                await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side has gone, or the test is over.
            }

            // Closed without lingering the peer sees a reset, as after a failure of the network.
            client.LingerState = new(true, 0);
        }
    }

    private bool Rearm()
    {
        Interlocked.Exchange(ref _allowed, long.MaxValue);
        return true;
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<int, bool> cut, CancellationToken cancellationToken)
    {
        var buffer = new byte[16_384];
        var (source, target) = (from.GetStream(), to.GetStream());
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (cut(count))
            {
                Cuts++;
                return;
            }

            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace AmViz.StandIn.Network;

/// <summary>A port of a service: hands each connection on to one of its pods.</summary>
internal sealed class PortForwarder : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<IPEndPoint?> _target;
    private readonly CancellationTokenSource _ending = new();

    /// <param name="address">Where to listen.</param>
    /// <param name="target">A pod to connect to; null: there is none now.</param>
    public PortForwarder(IPEndPoint address, Func<IPEndPoint?> target)
    {
        (_listener, _target) = (new(address), target);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // A client that left before it was accepted, or the end.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            // Refused at once where there is no pod, as a service without endpoints does.
            client.LingerState = new(enable: true, seconds: 0);
            if (_target() is not { } target)
            {
                return;
            }

            using var pod = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await pod.ConnectAsync(target, _ending.Token);
                client.NoDelay = pod.NoDelay = true;
                await Task.WhenAll(PumpAsync(client, pod), PumpAsync(pod, client));
                client.LingerState = new(enable: false, seconds: 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One of the two is gone, and the other one learns of it.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var bytes = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(bytes, _ending.Token)) > 0)
            {
                await to.SendAsync(bytes.AsMemory(0, count), _ending.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}

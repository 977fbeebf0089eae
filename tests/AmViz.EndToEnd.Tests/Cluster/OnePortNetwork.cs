using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A machine of its own as far as the network goes, without a cable: a namespace of Linux in which one port of this machine answers, and nothing else exists.</summary>
/// <remarks>A socket stays in the namespace of the thread that made it, so this process listens there and passes bytes on to the port here.</remarks>
internal sealed class OnePortNetwork : IAsyncDisposable
{
    private const int NetworkNamespace = 0x40000000;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"amvizport{Environment.ProcessId}");
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    private OnePortNetwork(int port) => _port = port;

    /// <summary>Words before a command line that is to run there.</summary>
    public IReadOnlyList<string> Enter => ["ip", "netns", "exec", _name];

    /// <summary>Makes it; skips the test where that is not allowed.</summary>
    /// <param name="port">Port of this machine that answers there under the same number, both on the loopback address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OnePortNetwork> CreateAsync(int port, CancellationToken cancellationToken)
    {
        var network = new OnePortNetwork(port);
        try
        {
            await IpCommand.RunAsync(cancellationToken, "netns", "add", network._name);
            await IpCommand.RunAsync(cancellationToken, "-n", network._name, "link", "set", "lo", "up");
            await IpCommand.RunAsync(cancellationToken, "netns", "exec", network._name, "true");
            network._listener = await network.ListenAsync();
            network._accepting = network.AcceptAsync();
            return network;
        }
        catch (NotSupportedException e)
        {
            await network.DisposeAsync();
            IpCommand.Skip(e);
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener?.Dispose();
        _stop.Dispose();
        try
        {
            await IpCommand.RunAsync(CancellationToken.None, "netns", "del", _name);
        }
        catch (NotSupportedException)
        {
            // It was never made.
        }
    }

    /// <summary>On a thread of its own, which stays in the namespace and ends there.</summary>
    private Task<Socket> ListenAsync()
    {
        var listening = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/run/netns/{_name}");
                if (setns(there, NetworkNamespace) != 0)
                {
                    throw new NotSupportedException($"The namespace cannot be entered: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
                }

                var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
                listener.Listen();
                listening.SetResult(listener);
            }
            catch (Exception e)
            {
                listening.SetException(e);
            }
        }) { IsBackground = true }.Start();
        return listening.Task;
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                passing.Add(PassAsync(await _listener!.AcceptAsync(_stop.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await using var inside = new NetworkStream(client);
                await using var outside = new NetworkStream(server);
                await Task.WhenAny(inside.CopyToAsync(outside, _stop.Token), outside.CopyToAsync(inside, _stop.Token));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // Either side has gone, or the test is over.
            }
        }
    }

    [DllImport("libc", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setns(SafeFileHandle handle, int kind);
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AmViz.TestKit;

/// <summary>Ports of this machine for servers that cannot choose one themselves.</summary>
public static class FreePort
{
    // Below those that a kernel lends to whoever connects (32768 and above on Linux): such a port may go to anybody between its choice and its use.
    private const int First = 16_384;
    private const int Count = 16_384;

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"amviz-test-ports-{Environment.UserName}")).FullName;

    // Locked until this process ends: tests of several projects run beside each other.
    private static readonly ConcurrentBag<FileStream> Taken = [];

    /// <summary>A port on which nobody listens, and which no other caller of this gets, in any process.</summary>
    public static int Take()
    {
        // Somewhere else in every process, so that few meet.
        var start = Environment.ProcessId * 64 % Count;
        return Enumerable.Range(0, Count).Select(at => First + ((start + at) % Count)).First(port => IsFree(port) && IsMine(port));
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsMine(int port)
    {
        try
        {
            Taken.Add(new(Path.Combine(Folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

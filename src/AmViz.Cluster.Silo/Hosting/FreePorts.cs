using System.Net;
using System.Net.Sockets;

namespace AmViz.Cluster.Silo;

/// <summary>Ports of this machine that nobody uses.</summary>
internal static class FreePorts
{
    /// <summary>Different ports that were free a moment ago: another process may take one before it is used.</summary>
    public static IReadOnlyList<int> Find(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
            {
                listener.Start();
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Dispose();
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;
using AmViz.Cluster.Client;
using Orleans.Hosting;

namespace AmViz.Cluster.Silo;

/// <summary>Where a silo listens, and under which address others find it.</summary>
internal static class SiloEndpoint
{
    /// <summary>Sets both. Without an address of its own, a silo is found where Redis is reached from.</summary>
    public static void Configure(ISiloBuilder silo, SiloDefinition options, ClusterConnection cluster)
    {
        var address = options.AdvertisedAddress ?? Facing(cluster.Redis);
        var free = options.FindPorts(2);
        silo.ConfigureEndpoints(
            address,
            options.SiloPort == 0 ? free[0] : options.SiloPort,
            options.GatewayPort == 0 ? free[1] : options.GatewayPort ?? 0,
            // On one machine alone nothing needs to be open to others.
            listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
    }

    // A datagram socket that is connected sends nothing, but has chosen the interface.
    private static IPAddress Facing(RedisAddress redis)
    {
        var target = IPAddress.TryParse(redis.Host, out var known)
            ? known
            : Dns.GetHostAddresses(redis.Host).FirstOrDefault(found => found.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(target, redis.Port);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }
}

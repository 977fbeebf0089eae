using System.Net;
using AmViz.Cluster.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AmViz.Cluster.Silo;

/// <summary>Adds a silo of AmViz to a host.</summary>
public static class AmVizHostExtensions
{
    /// <summary>Adds a silo that is a cluster of its own on this machine: membership and reminders in memory, ports on loopback.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">What the silo is made of.</param>
    public static IHostApplicationBuilder AddAmVizSilo(this IHostApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.Configure(options.Leases).Configure(options.Devices).Configure(options.Sweeps);
        return builder.UseOrleans(silo =>
        {
            var free = options.FindPorts(2);
            var siloPort = options.SiloPort == 0 ? free[0] : options.SiloPort;
            var gatewayPort = options.GatewayPort == 0 ? free[1] : options.GatewayPort ?? 0;
            silo.UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, siloPort), options.ServiceId, options.ClusterId)
                .UseInMemoryReminderService()
                .AddAmViz(options.Store, options.ReadRecord, options.Renderers);
        });
    }
}

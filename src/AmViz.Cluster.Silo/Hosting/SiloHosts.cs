using System.Net.Sockets;
using AmViz.Cluster.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo;

/// <summary>Makes and starts hosts with a silo in them.</summary>
internal static class SiloHosts
{
    private const int MaxStarts = 5;

    /// <summary>Starts a silo; a port that another process took in the moment after it was found free is replaced.</summary>
    public static async Task<IHost> StartAsync(
        SiloDefinition silo, Action<ILoggingBuilder> logging, TimeSpan shutdownTimeout, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var host = Build(silo, logging, shutdownTimeout);
            try
            {
                await host.StartAsync(cancellationToken);
                return host;
            }
            catch (Exception e) when (silo.SiloPort == 0 && attempt < MaxStarts && IsPortTaken(e))
            {
                host.Dispose();
            }
            catch
            {
                host.Dispose();
                throw;
            }
        }
    }

    private static bool IsPortTaken(Exception? e)
        => e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (e?.InnerException is { } inner && IsPortTaken(inner));

    private static IHost Build(SiloDefinition silo, Action<ILoggingBuilder> logging, TimeSpan shutdownTimeout)
    {
        // No defaults: this process belongs to the caller, with its configuration, its logs and its Ctrl-C.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging(log => logging(SiloLogging.Quiet(log)));
        IdentifyingLoggerFactory.Use(builder.Services);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdownTimeout);
        builder.AddAmVizSilo(silo);
        return builder.Build();
    }
}

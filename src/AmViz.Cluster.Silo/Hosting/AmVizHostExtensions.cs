using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using AmViz.Cluster.Client;
using AmViz.Cluster.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace AmViz.Cluster.Silo;

/// <summary>Adds a silo of AmViz to a host.</summary>
public static class AmVizHostExtensions
{
    /// <summary>
    /// Adds a silo: of the cluster that the options name, or else a cluster of its own on this machine, with membership and
    /// reminders in memory and ports on loopback.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">What the silo is made of.</param>
    public static IHostApplicationBuilder AddAmVizSilo(this IHostApplicationBuilder builder, SiloDefinition options)
    {
        builder.Services.Configure(options.Leases).Configure(options.Devices);
        if (options.Cluster is null)
        {
            // Another process may work for the other sweeps of the store.
            builder.Services.Configure<SweepOptions>(sweeps => sweeps.WakeLiveSweeps = false);
        }

        builder.Services.Configure(options.Sweeps);
        if (options.Observatory is { } observatory)
        {
            builder.Services.AddSingleton(observatory.Cluster).AddSingleton(observatory.Silo);
        }

        return builder.UseOrleans(silo =>
        {
            if (options.Cluster is { } cluster)
            {
                UseCluster(silo, options, cluster);
            }
            else
            {
                UseThisProcess(silo, options);
            }

            silo.AddAmViz(options.Store, options.ReadRecord, options.Renderers, options.Role);
            if (options.Observatory?.Dashboard is not null)
            {
                silo.AddDashboard();
                // The pages are routed with the services of the silo, which is no web host.
                silo.Services.AddRouting().TryAddSingleton(new DiagnosticListener("Microsoft.AspNetCore"));
            }

            if (options.Observatory is { IsTracing: true })
            {
                silo.AddActivityPropagation();
            }
        });
    }

    // Longer than a weekend without a cluster; what is gone is read from the store.
    private static readonly TimeSpan CacheLasts = TimeSpan.FromDays(7);

    private static void UseCluster(ISiloBuilder silo, SiloDefinition options, ClusterConnection cluster)
    {
        var redis = cluster.Redis.ToConfiguration();
        silo.Configure<ClusterOptions>(names => (names.ClusterId, names.ServiceId) = (cluster.ClusterId, cluster.ServiceId))
            .Configure<ClusterMembershipOptions>(cluster.Timings.Apply)
            .UseRedisClustering(clustering => clustering.ConfigurationOptions = redis)
            .UseRedisReminderService(reminders => reminders.ConfigurationOptions = redis)
            .AddRedisGrainStorage(AmVizSiloBuilderExtensions.CacheStorageName, cache => cache.Configure<Serializer>((storage, serializer) =>
            {
                storage.ConfigurationOptions = redis;
                // Not the default, whose JSON names types and assemblies: a rename would break what is kept.
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
                storage.EntryExpiry = CacheLasts;
            }));
        if (options.Name is { } name)
        {
            silo.Configure<SiloOptions>(own => own.SiloName = name);
        }

        if (cluster.Certificates is { } certificates)
        {
            silo.UseTls(certificates.Apply);
            options.Observatory?.Silo.ShowExpiration("cluster", () => certificates.Expiration);
        }

        SiloEndpoint.Configure(silo, options, cluster);
        silo.Services
            .AddSingleton(cluster)
            .AddSingleton<Rejoining>()
            .AddHostedService<MembershipWatch>()
            .Replace(ServiceDescriptor.Singleton<IFatalErrorHandler, EvictedSilo>())
            .TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton(services => new SiloInstruments(services.GetRequiredService<IMeterFactory>(), new(), SiloBuild.Unknown));
    }

    private static void UseThisProcess(ISiloBuilder silo, SiloDefinition options)
    {
        var free = options.FindPorts(2);
        var siloPort = options.SiloPort == 0 ? free[0] : options.SiloPort;
        var gatewayPort = options.GatewayPort == 0 ? free[1] : options.GatewayPort ?? 0;
        // Names of its own: two runs on one machine never meet, and reminders of one service reach every cluster of that name.
        var name = $"amviz-{Guid.NewGuid():N}";
        silo.UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, siloPort), name, name)
            .UseInMemoryReminderService();
        // Nobody else is there to declare it dead, but its process asks for it.
        silo.Services.AddSingleton<Rejoining>();
    }
}

using System.Globalization;
using AmViz.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;

namespace AmViz.Cluster.Grains;

/// <summary>Adds AmViz to a silo.</summary>
public static class AmVizSiloBuilderExtensions
{
    /// <summary>Name of the grain storage in which shards persist what their next activations begin with. It is optional.</summary>
    public const string CacheStorageName = ShardCache.StorageName;

    // A channel's grain has nothing to say once its lease has ended; it need not stay for the usual quarter of an hour.
    private static readonly TimeSpan ChannelTaskAge = TimeSpan.FromMinutes(2);

    /// <summary>Adds the grains, the store they keep results in, and an agent for every device. Clustering and reminders are the caller's to choose.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="blobs">Where results lie.</param>
    /// <param name="readRecord">Reads a picture's own record.</param>
    /// <param name="renderers">One a device; none on a silo that only coordinates. They stay the caller's to dispose of.</param>
    /// <param name="role">What the silo does.</param>
    public static ISiloBuilder AddAmViz(
        this ISiloBuilder builder, IBlobStore blobs, PictureRecordReader readRecord, IReadOnlyList<IChannelRenderer> renderers, SiloRole role)
    {
        var devices = new LocalDevices(renderers);
        builder.UseSiloMetadata(new Dictionary<string, string>(role.Facts, StringComparer.Ordinal)
        {
            [SiloRoles.Coordinates] = role.Coordinates.ToString(),
            [SiloRoles.Devices] = devices.Count.ToString(CultureInfo.InvariantCulture),
        });
        builder.Services
            .Configure<ExceptionSerializationOptions>(RemoteExceptions.AllowAll)
            .AddMetrics()
            .AddSingleton(devices)
            .AddSingleton<LocalChannelTasks>()
            .AddSingleton(blobs)
            .AddSingleton(new ResultStore(blobs, readRecord))
            .AddSingleton(new CheckpointStore(blobs))
            .AddSingleton(new SweepStore(blobs))
            .AddSingleton(new ShardCatalogue(new(blobs)))
            .AddSingleton(new SweepJournal(blobs))
            .AddSingleton<SweepHistory>()
            .AddSingleton(new LiveSweepMarkers(blobs))
            .AddSingleton(new SweepRemover(blobs))
            .AddSingleton<SweepRetention>()
            .AddSingleton(new ManifestParts(blobs))
            .AddSingleton(new AttemptJournal(blobs))
            .AddSingleton<ShardStores>()
            .AddSingleton<ShardCache>()
            .AddSingleton(new ManifestWriter(blobs))
            .AddSingleton<SiloGauges>()
            .AddSingleton<SiloRoleReader>()
            .AddPlacementFilter<DeviceSilosOnlyStrategy, DeviceSilosOnlyDirector>(ServiceLifetime.Transient)
            .AddPlacementFilter<CoordinatorSilosOnlyStrategy, CoordinatorSilosOnlyDirector>(ServiceLifetime.Transient)
            .AddSingleton<DeviceService>()
            .AddHostedService(services => services.GetRequiredService<DeviceService>())
            // The process may have its own, which outlive the silo.
            .TryAddSingleton<ClusterInstruments>();
        if (role.Coordinates)
        {
            builder.Services.AddHostedService<SweepIndexWatch>();
        }

        builder.Configure<GrainCollectionOptions>(options =>
            options.ClassSpecificCollectionAge[typeof(ChannelTaskGrain).FullName!] = ChannelTaskAge);
        return builder;
    }
}

using System.Globalization;
using AmViz.Storage;
using AmViz.Sweeps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace AmViz.Cluster.Grains;

/// <summary>Adds AmViz to a silo.</summary>
public static class AmVizSiloBuilderExtensions
{
    // A channel's grain has nothing to say once its lease has ended; it need not stay for the usual quarter of an hour.
    private static readonly TimeSpan ChannelTaskAge = TimeSpan.FromMinutes(2);

    /// <summary>Adds the grains, the store they keep results in, and an agent for every device. Clustering and reminders are the caller's to choose.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="blobs">Where results lie.</param>
    /// <param name="readRecord">Reads a picture's own record.</param>
    /// <param name="renderers">One a device; none on a silo that only coordinates. They stay the caller's to dispose of.</param>
    public static ISiloBuilder AddAmViz(
        this ISiloBuilder builder, IBlobStore blobs, PictureRecordReader readRecord, params IReadOnlyList<IChannelRenderer> renderers)
    {
        var devices = new LocalDevices(renderers);
        builder.UseSiloMetadata(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [LocalDevices.MetadataKey] = devices.Count.ToString(CultureInfo.InvariantCulture),
        });
        builder.Services
            .AddMetrics()
            .AddSingleton(devices)
            .AddSingleton(blobs)
            .AddSingleton(new ResultStore(blobs, readRecord))
            .AddSingleton(new SweepStore(blobs))
            .AddSingleton(new SweepJournal(blobs))
            .AddSingleton(new ManifestParts(blobs))
            .AddSingleton(new ManifestWriter(blobs))
            .AddSingleton<ClusterInstruments>()
            .AddPlacementFilter<DeviceSilosOnlyStrategy, DeviceSilosOnlyDirector>(ServiceLifetime.Transient)
            .AddSingleton<DeviceService>()
            .AddHostedService(services => services.GetRequiredService<DeviceService>());
        builder.Configure<GrainCollectionOptions>(options =>
            options.ClassSpecificCollectionAge[typeof(ChannelTaskGrain).FullName!] = ChannelTaskAge);
        return builder;
    }
}

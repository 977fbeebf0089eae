using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace AmViz.Cluster.Grains;

/// <summary>Places a grain on silos that have devices.</summary>
/// <remarks>
/// Orleans' own filter by metadata compares with the calling silo, so that a call from a coordinator would place channel tasks
/// on coordinators. This one looks at the candidates alone.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class DeviceSilosOnlyAttribute() : PlacementFilterAttribute(new DeviceSilosOnlyStrategy());

/// <summary>See <see cref="DeviceSilosOnlyAttribute"/>.</summary>
/// <remarks>Orleans creates strategies by their constructor without parameters.</remarks>
public sealed class DeviceSilosOnlyStrategy() : PlacementFilterStrategy(order: 0);

/// <summary>See <see cref="DeviceSilosOnlyAttribute"/>.</summary>
internal sealed class DeviceSilosOnlyDirector(ISiloMetadataCache metadata, ILocalSiloDetails local, LocalDevices devices) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
        => silos.Where(HasDevices);

    // The silo knows itself; what others have spreads a moment after they joined.
    private bool HasDevices(SiloAddress silo)
        => silo.Equals(local.SiloAddress)
            ? devices.Count > 0
            : metadata.GetSiloMetadata(silo).Metadata.TryGetValue(LocalDevices.MetadataKey, out var count) && !string.Equals(count, "0", StringComparison.Ordinal);
}

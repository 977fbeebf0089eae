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

/// <summary>Places a grain on silos that coordinate: the processor of a device silo belongs to its device.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CoordinatorSilosOnlyAttribute() : PlacementFilterAttribute(new CoordinatorSilosOnlyStrategy());

/// <summary>See <see cref="DeviceSilosOnlyAttribute"/>.</summary>
/// <remarks>Orleans creates strategies by their constructor without parameters.</remarks>
public sealed class DeviceSilosOnlyStrategy() : PlacementFilterStrategy(order: 0);

/// <summary>See <see cref="CoordinatorSilosOnlyAttribute"/>.</summary>
public sealed class CoordinatorSilosOnlyStrategy() : PlacementFilterStrategy(order: 1);

/// <summary>See <see cref="DeviceSilosOnlyAttribute"/>.</summary>
internal sealed class DeviceSilosOnlyDirector(SiloRoleReader roles) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
        => silos.Where(silo => roles.Read(silo, SiloRoles.Devices) is { } count && count != "0");
}

/// <summary>See <see cref="CoordinatorSilosOnlyAttribute"/>.</summary>
internal sealed class CoordinatorSilosOnlyDirector(SiloRoleReader roles) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
        => silos.Where(silo => roles.Read(silo, SiloRoles.Coordinates) == bool.TrueString);
}

/// <summary>Reads what silos tell of themselves.</summary>
internal sealed class SiloRoleReader(ISiloMetadataCache others, ILocalSiloDetails local, Microsoft.Extensions.Options.IOptions<SiloMetadata> own)
{
    // The silo knows itself; what others are spreads a moment after they joined.
    public string? Read(SiloAddress silo, string key)
        => (silo.Equals(local.SiloAddress) ? own.Value : others.GetSiloMetadata(silo)).Metadata.GetValueOrDefault(key);
}

namespace AmViz.Cluster.Grains;

/// <summary>What a silo tells the others of itself in its metadata: fixed for its life.</summary>
public static class SiloRoles
{
    /// <summary>Key: whether sweeps and shards may live here, <c>true</c> or <c>false</c>.</summary>
    public const string Coordinates = "amviz.coordinates";

    /// <summary>Key: number of devices.</summary>
    public const string Devices = "amviz.devices";

    /// <summary>Key: kind of the devices, such as <c>cpu</c> or <c>cuda</c>.</summary>
    public const string DeviceKind = "amviz.device.kind";

    /// <summary>Key: pool of the devices.</summary>
    public const string Pool = "amviz.pool";

    /// <summary>Key: memory that the devices can use, in bytes, added up.</summary>
    public const string DeviceMemory = "amviz.device.memory";

    /// <summary>Key: networks that the silo had at hand when it started, digests separated by commas.</summary>
    public const string Networks = "amviz.networks";
}

/// <summary>What a silo does.</summary>
/// <param name="Coordinates">Whether sweeps and shards may live on it.</param>
public sealed record SiloRole(bool Coordinates)
{
    /// <summary>A silo that does everything.</summary>
    public static SiloRole All { get; } = new(Coordinates: true);

    /// <summary>What else others may want to know of it; see <see cref="SiloRoles"/>.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

using System.Net;
using AmViz.Cluster.Grains;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Silo;

/// <summary>What a silo is made of.</summary>
public sealed class SiloOptions
{
    /// <summary>Where results lie.</summary>
    public required IBlobStore Store { get; init; }

    /// <summary>Reads a picture's own record. Default: from the text of a PNG.</summary>
    public PictureRecordReader ReadRecord { get; init; } = PngRecords.Read;

    /// <summary>One a device; none on a silo that only coordinates. They stay the caller's to dispose of.</summary>
    public IReadOnlyList<IChannelRenderer> Renderers { get; init; } = [];

    /// <summary>What the silo does. Default: everything.</summary>
    public SiloRole Role { get; init; } = SiloRole.All;

    /// <summary>The cluster it joins; null: it is a cluster of its own. Default: null.</summary>
    public ClusterConnection? Cluster { get; init; }

    /// <summary>Name of the silo, for people; null: one that Orleans makes up.</summary>
    public string? Name { get; init; }

    /// <summary>Address under which others find the silo; null: that of the interface from which Redis is reached.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>Port for other silos; 0 takes a free one. Default: 0.</summary>
    public int SiloPort { get; init; }

    /// <summary>Port for clients; 0 takes a free one, null opens none. Default: none, since a silo is its own client.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Finds free ports; tests bring their own.</summary>
    internal Func<int, IReadOnlyList<int>> FindPorts { get; init; } = FreePorts.Find;

    /// <summary>Where the silo shows itself; null: nowhere. It stays the caller's to dispose of. Default: null.</summary>
    public Observatory? Observatory { get; init; }

    /// <summary>How leases run.</summary>
    public Action<LeaseOptions> Leases { get; init; } = _ => { };

    /// <summary>How devices take work.</summary>
    public Action<DeviceAgentOptions> Devices { get; init; } = _ => { };

    /// <summary>How sweeps are coordinated.</summary>
    public Action<SweepOptions> Sweeps { get; init; } = _ => { };
}

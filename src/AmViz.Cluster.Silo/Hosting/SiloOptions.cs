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

    /// <summary>Name of the cluster. Default: one of its own, so that two runs on one machine never meet.</summary>
    public string ClusterId { get; init; } = $"amviz-{Guid.NewGuid():N}";

    /// <summary>Name under which reminders are kept. Default: one of its own: reminders of one service reach every cluster of that name.</summary>
    public string ServiceId { get; init; } = $"amviz-{Guid.NewGuid():N}";

    /// <summary>Port for other silos; 0 takes a free one. Default: 0.</summary>
    public int SiloPort { get; init; }

    /// <summary>Port for clients; 0 takes a free one, null opens none. Default: none, since a silo is its own client.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Finds free ports; tests bring their own.</summary>
    internal Func<int, IReadOnlyList<int>> FindPorts { get; init; } = FreePorts.Find;

    /// <summary>How leases run.</summary>
    public Action<LeaseOptions> Leases { get; init; } = _ => { };

    /// <summary>How devices take work.</summary>
    public Action<DeviceOptions> Devices { get; init; } = _ => { };

    /// <summary>How sweeps are coordinated.</summary>
    public Action<SweepOptions> Sweeps { get; init; } = _ => { };
}

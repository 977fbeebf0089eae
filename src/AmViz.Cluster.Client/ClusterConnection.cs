using Orleans.Configuration;

namespace AmViz.Cluster.Client;

/// <summary>Which cluster of machines a silo or a client belongs to.</summary>
/// <param name="Redis">Where members find each other, and where reminders are kept.</param>
public sealed record ClusterConnection(RedisAddress Redis)
{
    /// <summary>Name of a cluster where nothing is said.</summary>
    public const string DefaultName = "amviz";

    /// <summary>Name of the cluster: silos of one name are one cluster. Default: <see cref="DefaultName"/>.</summary>
    public string ClusterId { get; init; } = DefaultName;

    /// <summary>Name under which reminders are kept. Clusters that share a Redis need different ones. Default: <see cref="DefaultName"/>.</summary>
    public string ServiceId { get; init; } = DefaultName;

    /// <summary>By what silos and clients prove that they belong to it; null: nobody asks, and what they say to each other is not encrypted. Default: null.</summary>
    public ClusterCertificates? Certificates { get; init; }

    /// <summary>How soon a dead silo is noticed.</summary>
    public MembershipTimings Timings { get; init; } = new();
}

/// <summary>How soon a dead silo is noticed. Measured with Orleans 10.4.2; see the README of this project.</summary>
public sealed record MembershipTimings
{
    /// <summary>How long a silo may take to answer a probe. Default: 2 s, so that a killed silo is known to be dead after 2 to 6 s.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a silo writes down that it is alive. Default: 5 s: after the death of a whole cluster the next one waits three times that until it may start.</summary>
    public TimeSpan Alive { get; init; } = TimeSpan.FromSeconds(5);

    internal void Apply(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = Probe;
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.IAmAliveTablePublishTimeout = Alive;
        options.NumMissedTableIAmAliveLimit = 3;
        options.TableRefreshTimeout = 2 * Alive;
    }
}

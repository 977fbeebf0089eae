namespace AmViz.Cluster.Api;

/// <summary>Knows networks and reads specs. The program brings it, since networks are described by what can load them too, and the cluster knows no torch.</summary>
public interface ISweepPlanner
{
    /// <summary>Plans a spec with the networks of the package, those that were pulled on this machine, and those of the cluster's store.</summary>
    /// <param name="spec">YAML or JSON, as <c>amviz sweep submit</c> reads it. It may name no folder of this machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SpecException">Every mistake of the spec, with its place.</exception>
    /// <exception cref="StorageException">A network of the store cannot be fetched.</exception>
    Task<SweepPlan> PlanAsync(string spec, CancellationToken cancellationToken);

    /// <summary>Measures what a sweep would take, by a few steps on this machine.</summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <returns>Null if this machine draws nothing.</returns>
    /// <exception cref="DeviceFaultException">The device or the network cannot be used.</exception>
    Task<EstimatedSweep?> EstimateAsync(SweepPlan plan, CancellationToken cancellationToken);

    /// <summary>Reads the network in a folder, as <c>amviz models push</c> does, and puts it into the cluster's store.</summary>
    /// <param name="folder">Its files.</param>
    /// <param name="model">What it is called.</param>
    /// <param name="checkpointKey">Which of several networks in the weights; null: the one that its configuration names, or the default.</param>
    /// <param name="programs">Whether it may be a program, which devices run as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">The store cannot be used, or has these weights with another configuration.</exception>
    Task<PublishedNetwork> PublishAsync(string folder, string model, string? checkpointKey, bool programs, CancellationToken cancellationToken);

    /// <summary>The networks that a spec may name.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<KnownNetwork>> NetworksAsync(CancellationToken cancellationToken);
}

/// <summary>What became of a network that was to be put into the store: one of the two is there.</summary>
/// <param name="Network">The network, as the store has it.</param>
/// <param name="Problem">Why the files are none, for people.</param>
public sealed record PublishedNetwork(KnownNetwork? Network, string? Problem = null);

namespace AmViz.Cluster.Http;

/// <summary>A network that a spec may name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Source">Where it is.</param>
/// <param name="Architecture">Its architecture; null: it is known once it was fetched.</param>
/// <param name="Classes">Classes that it tells apart; null: as above.</param>
/// <param name="InputSize">Pixels of its input; null: as above.</param>
/// <param name="Layers">Layers that can be drawn; null: as above.</param>
public sealed record KnownNetwork(string Name, string WeightsDigest, NetworkPlace Source, string? Architecture = null, int? Classes = null, int? InputSize = null, int? Layers = null);

/// <summary>Where a network is.</summary>
public enum NetworkPlace
{
    /// <summary>In the program, or pulled on the machine of the coordinator.</summary>
    Coordinator,

    /// <summary>In the cluster's store.</summary>
    Store,
}

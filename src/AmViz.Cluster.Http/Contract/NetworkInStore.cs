namespace AmViz.Cluster.Http;

/// <summary>A network that a cluster's store has.</summary>
/// <param name="Model">Its name: as by whoever put it there first.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="Files">All its files. One digest means one network: with the same weights there are no others.</param>
public sealed record NetworkInStore(string Model, string WeightsDigest, IReadOnlyList<NetworkFile> Files);

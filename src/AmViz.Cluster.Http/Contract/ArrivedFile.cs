namespace AmViz.Cluster.Http;

/// <summary>What has come of a file of an upload.</summary>
/// <param name="Name">Its path below the network's folder.</param>
/// <param name="Whole">Bytes from its beginning without a gap: where to go on.</param>
/// <param name="Bytes">Bytes of all its parts.</param>
public sealed record ArrivedFile(string Name, long Whole, long Bytes);

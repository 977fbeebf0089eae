namespace AmViz.Cluster.Http;

/// <summary>A file of a network.</summary>
/// <param name="Name">Its path below the network's folder; '/' stands between folders.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
public sealed record NetworkFile(string Name, long Bytes, string Sha256);

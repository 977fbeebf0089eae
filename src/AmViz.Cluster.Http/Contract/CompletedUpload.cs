namespace AmViz.Cluster.Http;

/// <summary>What an upload is to be, once all of it has come.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="Files">All its files.</param>
/// <param name="CheckpointKey">Which of several networks in the weights; null: the one that its configuration names, or the default.</param>
public sealed record CompletedUpload(string Model, IReadOnlyList<NetworkFile> Files, string? CheckpointKey = null);

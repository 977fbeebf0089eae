using AmViz.Storage;

namespace AmViz.Cluster.Grains;

/// <summary>Where a shard reads and writes.</summary>
/// <param name="Parts">Rows.</param>
/// <param name="Results">Pictures.</param>
/// <param name="Attempts">Attempts that ended without a result.</param>
/// <param name="Checkpoints">Checkpoints of unfinished pictures.</param>
internal sealed record ShardStores(ManifestParts Parts, ResultStore Results, AttemptJournal Attempts, CheckpointStore Checkpoints);

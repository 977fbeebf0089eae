namespace AmViz.Cluster.Http;

/// <summary>Another rank of a sweep.</summary>
/// <param name="Priority">See <see cref="SweepRank.Priority"/>; null: as it is.</param>
/// <param name="Share">See <see cref="SweepRank.Share"/>; null: as it is.</param>
public sealed record RankChange(int? Priority = null, int? Share = null);

namespace AmViz.Sweeps;

/// <summary>Work of a sweep that draws nothing: its tasks compute something else, each of them one file in the store, in a layer that no network has.</summary>
/// <remarks>Shards, leases, retries and journals are those of pictures. A device computes one such task at a time, and what was reached of one is not saved.</remarks>
public interface IComputedWork
{
    /// <summary>When a shard of tasks may begin: once all of lower stages have ended.</summary>
    /// <param name="layer">Name of the shard's layer.</param>
    int StageOf(string layer);
}

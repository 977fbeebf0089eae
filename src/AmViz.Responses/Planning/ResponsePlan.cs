namespace AmViz.Responses;

/// <summary>A layer of a pass, for pictures of its size.</summary>
/// <param name="Name">Resolved name.</param>
/// <param name="Channels">Number of channels, or classes.</param>
/// <param name="Height">Rows of the map; 1 for logits, the number of tokens for tokens.</param>
/// <param name="Width">Columns of the map; 1 for logits and tokens.</param>
/// <param name="PrefixTokens">For tokens, how many come before those of the patches.</param>
/// <param name="IsTokens">Whether positions are tokens.</param>
/// <param name="Labels">For logits the names of the classes; otherwise empty.</param>
public sealed record RespondingLayer(string Name, int Channels, int Height, int Width, int PrefixTokens, bool IsTokens, IReadOnlyList<string> Labels);

/// <summary>A pass of photographs through a network: all that determines its results, beside the kind of machine.</summary>
/// <param name="Model">Name under which results are stored.</param>
/// <param name="WeightsDigest">SHA-256 of the weights.</param>
/// <param name="Size">Side of the pictures that the network is given, in pixels.</param>
/// <param name="Layers">Whose responses are wanted, in the order of the tables.</param>
/// <param name="Photographs">What they respond to.</param>
/// <param name="ShardSize">Photographs of a shard: what is computed at once, and lost at most when a process dies.</param>
/// <param name="Batch">Photographs in one run of the network. It is part of the plan because another one changes last bits.</param>
public sealed record ResponsePlan(
    string Model, string WeightsDigest, int Size, IReadOnlyList<RespondingLayer> Layers, PhotographSource Photographs, int ShardSize, int Batch)
{
    /// <summary>Photographs of a shard when nobody says otherwise.</summary>
    public const int DefaultShardSize = 512;

    /// <summary>Most photographs of a shard.</summary>
    public const int LargestShardSize = 65_536;

    /// <summary>Photographs in one run when nobody says otherwise.</summary>
    public const int DefaultBatch = 16;

    private const int IdLength = 16;

    // Raised whenever statistics of the same photographs would come out otherwise.
    private const int Algorithm = 1;

    /// <summary>Name of the pass: a hash of all that is written above, so equal passes are one.</summary>
    public string Id => SweepJson.Hash(new { Algorithm, Plan = new { Model, WeightsDigest, Size, Layers, Photographs, ShardSize, Batch } }, IdLength);

    /// <summary>Number of shards.</summary>
    public int ShardCount => checked((int)((Photographs.Count + ShardSize - 1) / ShardSize));

    /// <summary>A shard.</summary>
    /// <param name="index">From 0.</param>
    public ResponseShard Shard(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, ShardCount);
        var first = (long)index * ShardSize;
        return new(index, first, (int)Math.Min(ShardSize, Photographs.Count - first));
    }
}

/// <summary>Consecutive photographs of a pass: what one device computes at once.</summary>
/// <param name="Index">From 0.</param>
/// <param name="First">Number of its first photograph.</param>
/// <param name="Count">Photographs.</param>
public sealed record ResponseShard(int Index, long First, int Count);

using System.Text.Json.Serialization;

namespace AmViz.Storage;

/// <summary>What <c>networks/{digest}/network.json</c> says: which files a network is made of. Written last, so where it is, everything is.</summary>
public sealed record StoredNetwork
{
    /// <summary>Version of this format. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>See <see cref="CurrentFormatVersion"/>.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>How the network was called by who stored it.</summary>
    public required string Model { get; init; }

    /// <summary>The name under which tasks ask for it: SHA-256 of its weights file, or where <see cref="IsDerived"/>, one that follows from its weights.</summary>
    public required string WeightsDigest { get; init; }

    /// <summary>Name of the weights file among <see cref="Files"/>.</summary>
    public required string Weights { get; init; }

    /// <summary>Which of several networks in the weights it is; null for the one that its configuration names, or the default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CheckpointKey { get; init; }

    /// <summary>
    /// Whether <see cref="WeightsDigest"/> is not that of the one weights file: of shards, and of a network chosen among several in the file. Who opens the network
    /// computes it again; the list alone cannot show that it belongs to the digest.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDerived { get; init; }

    /// <summary>All files: weights, <c>config.json</c>, labels.</summary>
    public required IReadOnlyList<StoredNetworkFile> Files { get; init; }

    /// <summary>How often damaged files of it were replaced: who refused the network looks again when this has changed.</summary>
    public int Mended { get; init; }

    /// <summary>Whether this is the list of the network with this digest, as far as it can be seen without opening the network.</summary>
    public bool IsOf(string weightsDigest) => WeightsDigest == weightsDigest
        && Files.FirstOrDefault(file => file.Name == Weights) is { } weights
        && (IsDerived || weights.Sha256 == weightsDigest);
}

/// <summary>A file of a stored network.</summary>
/// <param name="Name">Its path below the network's folder; '/' stands between folders.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
public sealed record StoredNetworkFile(string Name, long Bytes, string Sha256);

/// <summary>What storing a network came to.</summary>
/// <param name="Network">What is stored.</param>
/// <param name="Written">Files that were not there.</param>
/// <param name="Kept">Files that were there and are right.</param>
/// <param name="Mended">Files that were there and were not what they should be.</param>
public sealed record PushedNetwork(StoredNetwork Network, int Written, int Kept, int Mended);

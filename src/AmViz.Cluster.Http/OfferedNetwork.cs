using System.Security.Cryptography;
using System.Text;

namespace AmViz.Cluster.Http;

/// <summary>A network of this machine that a cluster is to have.</summary>
/// <param name="Model">What to call it.</param>
/// <param name="WeightsDigest">SHA-256 of its weights.</param>
/// <param name="CheckpointKey">Which of several networks in the weights; null: the one that its configuration names, or the default.</param>
/// <param name="Files">All its files.</param>
public sealed record OfferedNetwork(string Model, string WeightsDigest, string? CheckpointKey, IReadOnlyList<NetworkFile> Files)
{
    /// <summary>Differs where any file does, or where it lies: parts of one network are no parts of another.</summary>
    public string Fingerprint
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Files.Select(file => FormattableString.Invariant($"{file.Sha256}  {file.Bytes}  {file.Name}"))))));

    /// <summary>Whether a store's network is this one. Under the same weights there may be another configuration.</summary>
    public bool IsSame(NetworkInStore network)
        => network.WeightsDigest == WeightsDigest && Digests(network.Files).SequenceEqual(Digests(Files), StringComparer.Ordinal);

    private static IEnumerable<string> Digests(IEnumerable<NetworkFile> files) => files.Select(file => file.Sha256).Order(StringComparer.Ordinal);
}

using System.Security.Cryptography;
using AmViz.Models;
using AmViz.Storage;
using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>Puts a network of this machine into a store, for the silos of others.</summary>
public static class NetworkPublisher
{
    /// <summary>Stores a network as it is; what is there already is only checked.</summary>
    /// <param name="source">The network.</param>
    /// <param name="store">Where to.</param>
    /// <param name="cancellationToken">Gives up; publishing again goes on.</param>
    /// <returns>Null if the network is inside this program, as it is inside every silo.</returns>
    /// <exception cref="StorageException">Under these weights lies a network with another configuration, or the store cannot be used.</exception>
    public static async Task<PushedNetwork?> PushAsync(NetworkSource source, IBlobStore store, CancellationToken cancellationToken)
    {
        return await DescribeAsync(source, cancellationToken) is { } described
            ? await new NetworkStore(store).PushAsync(described.Network, async (file, token) => await File.ReadAllBytesAsync(described.PathOf(file.Name), token), cancellationToken)
            : null;
    }

    /// <summary>Hashes the files of a network as they would be stored.</summary>
    /// <param name="source">The network.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the network is inside this program, as it is inside every silo.</returns>
    /// <exception cref="WeightsFormatException">Somebody has written to it since it was opened.</exception>
    public static async Task<PublishableNetwork?> DescribeAsync(NetworkSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var files = source.Weights.Files;
        if (files.Count == 0)
        {
            return null;
        }

        // The configuration names labels by relative paths, so what is relative to what must stay as it is.
        var root = CommonFolder(files);
        var described = new List<StoredNetworkFile>();
        foreach (var file in files)
        {
            described.Add(await DescribeAsync(Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'), file, cancellationToken));
        }

        var digests = files.Zip(described, (file, stored) => (file, stored.Sha256)).ToDictionary(pair => pair.file, pair => pair.Sha256, StringComparer.Ordinal);
        var network = new StoredNetwork
        {
            Model = source.Description.Name,
            WeightsDigest = source.Weights.Digest,
            Weights = described[0].Name,
            CheckpointKey = source.Weights.CheckpointKey,
            IsDerived = described[0].Sha256 != source.Weights.Digest,
            Files = described,
        };
        return source.Weights.DigestFrom([.. source.Weights.WeightsFiles.Select(file => digests[file])]) == source.Weights.Digest
            ? new(network, root)
            : throw new WeightsFormatException($"{files[0]}: changed since it was opened. Do not write to weights in use.");
    }

    private static async Task<StoredNetworkFile> DescribeAsync(string name, string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return new(name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }

    private static string CommonFolder(IReadOnlyList<string> files)
    {
        var folder = Path.GetDirectoryName(files[0])!;
        while (!files.All(file => file.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}

/// <summary>A network of this machine as a store would have it.</summary>
/// <param name="Network">Its files, hashed.</param>
/// <param name="Folder">What their names are relative to.</param>
public sealed record PublishableNetwork(StoredNetwork Network, string Folder)
{
    /// <summary>Where a file lies.</summary>
    /// <param name="name">Its name in <see cref="Network"/>.</param>
    public string PathOf(string name) => Path.Combine(Folder, name);
}

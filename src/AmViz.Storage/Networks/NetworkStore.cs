using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace AmViz.Storage;

/// <summary>Hands networks on from one machine to others: files under the digest of their weights, checked on the way in and on the way out.</summary>
/// <param name="blobs">Where.</param>
public sealed class NetworkStore(IBlobStore blobs)
{
    private const int StretchBytes = 1 << 23;

    /// <summary>What is stored of a network.</summary>
    /// <param name="weightsDigest">SHA-256 of its weights.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if it was never stored whole.</returns>
    /// <exception cref="CorruptBlobException">The list of its files cannot be read, or is that of another network.</exception>
    public async Task<StoredNetwork?> FindAsync(string weightsDigest, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Network(weightsDigest);
        if (await blobs.ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        var network = StoredJson.Read<StoredNetwork>(blobs.Name, path, blob.Content.Span, StoredNetwork.CurrentFormatVersion, read => read.FormatVersion);
        var weights = network.Files.FirstOrDefault(file => file.Name == network.Weights)?.Sha256;
        return network.IsOf(weightsDigest)
            ? network
            : throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is about weights with SHA-256 {weights ?? network.WeightsDigest}; expected {weightsDigest}. Remove the file and push the network again.");
    }

    /// <summary>The networks that are stored whole, by digest. One whose list of files cannot be read is left out; <see cref="FindAsync"/> says what is wrong with it.</summary>
    /// <param name="digest">Beginning of their digests; empty: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<StoredNetwork> ListAsync(string digest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in blobs.ListFoldersAsync(ResultLayout.Networks, cancellationToken))
        {
            if (name.StartsWith(digest, StringComparison.Ordinal) && await FindReadableAsync(name, cancellationToken) is { } network)
            {
                yield return network;
            }
        }
    }

    /// <summary>Stores a network, or what is missing or damaged of it, and reads back what it wrote.</summary>
    /// <param name="network">What it is made of.</param>
    /// <param name="read">Reads one of its files.</param>
    /// <param name="cancellationToken">Gives up; pushing again goes on.</param>
    /// <exception cref="StorageException">Under these weights lies a network with another configuration, or what was written does not read back.</exception>
    public async Task<PushedNetwork> PushAsync(
        StoredNetwork network, Func<StoredNetworkFile, CancellationToken, Task<ReadOnlyMemory<byte>>> read, CancellationToken cancellationToken)
    {
        var there = await FindAsync(network.WeightsDigest, cancellationToken);
        RequireSame(network, there);
        var (written, kept, mended) = (0, 0, 0);
        foreach (var file in (there ?? network).Files)
        {
            var own = network.Files.First(candidate => candidate.Sha256 == file.Sha256);
            switch (await PushFileAsync(network.WeightsDigest, file, token => read(own, token), cancellationToken))
            {
                case PushOutcome.Written: written++; break;
                case PushOutcome.Kept: kept++; break;
                default: mended++; break;
            }
        }

        if (there is not null && mended > 0)
        {
            await NoteMendedAsync(there, cancellationToken);
        }

        var list = JsonSerializer.SerializeToUtf8Bytes(network, SweepJson.Indented);
        if (there is null && !await blobs.CreateAsync(ResultLayout.Network(network.WeightsDigest), list, cancellationToken))
        {
            RequireSame(network, await FindAsync(network.WeightsDigest, cancellationToken));
        }

        return new(there ?? network, written, kept, mended);
    }

    /// <summary>Copies a file of a stored network, a stretch at a time: weights may be larger than the memory of who only plans with them.</summary>
    /// <exception cref="CorruptBlobException">It is not there, or not what it should be; both digests are told.</exception>
    public async Task CopyAsync(StoredNetwork network, StoredNetworkFile file, Stream target, CancellationToken cancellationToken)
    {
        var path = ResultLayout.NetworkFile(network.WeightsDigest, file.Name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlyMemory<byte> stretch;
        long offset = 0;
        do
        {
            stretch = await blobs.ReadRangeAsync(path, offset, StretchBytes, cancellationToken)
                ?? throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is missing. Push the network '{network.Model}' again: 'amviz models push'.");
            hash.AppendData(stretch.Span);
            await target.WriteAsync(stretch, cancellationToken);
            offset += stretch.Length;
        }
        while (stretch.Length == StretchBytes);

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) is var found && found != file.Sha256)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} has SHA-256 {found}; expected {file.Sha256}. It is damaged or another file and is not used; push the network '{network.Model}' again: 'amviz models push'.");
        }
    }

    private async Task<StoredNetwork?> FindReadableAsync(string weightsDigest, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(weightsDigest, cancellationToken);
        }
        catch (CorruptBlobException)
        {
            // It must not keep anybody from the others.
            return null;
        }
    }

    // Blobs are created, never replaced; only one that is not what its address says makes room.
    private async Task<PushOutcome> PushFileAsync(
        string weightsDigest, StoredNetworkFile file, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> read, CancellationToken cancellationToken)
    {
        var path = ResultLayout.NetworkFile(weightsDigest, file.Name);
        // Asked before it is read: what is replaced is what was looked at.
        var found = await blobs.ReadPropertiesAsync(path, cancellationToken);
        if (found is not null && await DigestAsync(path, cancellationToken) == file.Sha256)
        {
            return PushOutcome.Kept;
        }

        // Lost against somebody who does the same: what is there now is looked at all the same.
        await blobs.ReplaceAsync(path, await read(cancellationToken), found?.ETag, cancellationToken);
        return await DigestAsync(path, cancellationToken) == file.Sha256
            ? found is null ? PushOutcome.Written : PushOutcome.Mended
            : throw new StorageException($"'{path}' of {blobs.Name} does not read back as it was written; expected SHA-256 {file.Sha256}. Do not write to weights that are being pushed; push again.") { CanRetry = true };
    }

    private async Task NoteMendedAsync(StoredNetwork network, CancellationToken cancellationToken)
    {
        var path = ResultLayout.Network(network.WeightsDigest);
        if (await blobs.ReadAsync(path, cancellationToken) is { } blob)
        {
            // Lost against somebody who mended it too: the number has changed all the same.
            var list = JsonSerializer.SerializeToUtf8Bytes(network with { Mended = network.Mended + 1 }, SweepJson.Indented);
            await blobs.ReplaceAsync(path, list, blob.ETag, cancellationToken);
        }
    }

    // Pictures are filed under the digest of the weights alone, so one digest must mean one network.
    private void RequireSame(StoredNetwork network, StoredNetwork? there)
    {
        if (there is not null && !Digests(there).SequenceEqual(Digests(network), StringComparer.Ordinal))
        {
            var others = network.Files.Where(file => !there.Files.Any(stored => stored.Sha256 == file.Sha256)).Select(file => file.Name).DefaultIfEmpty("fewer files");
            throw new StorageException($"{blobs.Name} has the weights {network.WeightsDigest} of '{there.Model}' with another configuration; different are {string.Join(", ", others)}. Use the folder they were pushed from, or remove '{ResultLayout.Network(network.WeightsDigest)}' if no sweep needs it.");
        }
    }

    private static IEnumerable<string> Digests(StoredNetwork network) => network.Files.Select(file => file.Sha256).Order(StringComparer.Ordinal);

    /// <summary>Reads a blob a stretch at a time: weights are in memory once while they are written, and not again to be looked at.</summary>
    /// <returns>Its SHA-256; null: it is not there.</returns>
    private async Task<string?> DigestAsync(BlobPath path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var offset = 0L; await blobs.ReadRangeAsync(path, offset, StretchBytes, cancellationToken) is { } stretch; offset += stretch.Length)
        {
            hash.AppendData(stretch.Span);
            if (stretch.Length < StretchBytes)
            {
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }
        }

        return null;
    }

    private enum PushOutcome
    {
        Written,
        Kept,
        Mended,
    }
}

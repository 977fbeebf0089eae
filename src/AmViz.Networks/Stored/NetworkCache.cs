using System.Security.Cryptography;
using System.Text.Json;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Networks;

/// <summary>Networks of a store on this machine's disk, each in a folder named by its digest.</summary>
/// <remarks>
/// A network is fetched into <c>{digest}.part</c> and then renamed, under a lock that all processes of the machine share, so that it is fetched once and
/// a folder of that name is whole. Every file is hashed each time it is taken into use: disks lie, too.
/// </remarks>
internal sealed class NetworkCache(IBlobStore blobs, NetworkCacheOptions options, NetworkInstruments? instruments, TimeProvider time)
{
    private const int DigestLength = 64;
    private const int MostRounds = 3;
    private const string ListName = "network.json";
    private const string Unfinished = ".part";

    private readonly NetworkStore _store = new(blobs);

    /// <summary>Takes a network into use, fetching it if it is not here or is damaged.</summary>
    /// <returns>Null if the store has none with that digest.</returns>
    /// <exception cref="NetworkRefusedException">What the store has is not what its digest says.</exception>
    /// <exception cref="StoreUnreachableException">The store or this machine's disk cannot be used.</exception>
    public async Task<CachedNetwork?> TakeAsync(string digest, CancellationToken cancellationToken)
    {
        if (digest.Length != DigestLength || !digest.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(options.Folder);
            for (var round = 0; round < MostRounds; round++)
            {
                if (await TakeWholeAsync(digest, cancellationToken) is { } taken)
                {
                    return taken;
                }

                if (!await FetchAsync(digest, cancellationToken))
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnreachableException(
                $"folder:{options.Folder}", $"Cannot keep the network {digest} in '{options.Folder}': {e.Message.TrimEnd('.')}. Make room and let this user write there, or choose another folder (AMVIZ_CACHE).", e) { CanRetry = true };
        }

        throw new NetworkRefusedException($"The network {digest} was fetched {MostRounds} times and is damaged on the disk of '{options.Folder}' each time. Replace the disk, or choose another folder (AMVIZ_CACHE).")
        {
            Mended = await MendedAsync(digest, cancellationToken),
        };
    }

    /// <summary>See <see cref="StoredNetwork.Mended"/>; null if the store has no network of that digest, or its list cannot be read. Costs one small read.</summary>
    public async Task<int?> MendedAsync(string digest, CancellationToken cancellationToken)
    {
        try
        {
            return (await _store.FindAsync(digest, cancellationToken))?.Mended;
        }
        catch (CorruptBlobException)
        {
            return null;
        }
    }

    private async Task<CachedNetwork?> TakeWholeAsync(string digest, CancellationToken cancellationToken)
    {
        var key = LockOf(digest);
        var held = await key.ShareAsync(cancellationToken);
        if (await FindWholeAsync(digest, cancellationToken) is not { } network)
        {
            held.Dispose();
            return null;
        }

        key.Touch(time);
        return new(FilesOf(FolderOf(digest)), PathOf(FolderOf(digest), network.Weights), network.CheckpointKey, held);
    }

    private async Task<bool> FetchAsync(string digest, CancellationToken cancellationToken)
    {
        using var held = await LockOf(digest).TakeAsync(cancellationToken);
        if (await FindWholeAsync(digest, cancellationToken) is not null)
        {
            return true;
        }

        if (Directory.Exists(FolderOf(digest)))
        {
            instruments?.OnDamaged();
            Remove(FolderOf(digest));
        }

        int? mended = null;
        try
        {
            if (await _store.FindAsync(digest, cancellationToken) is not { } network)
            {
                return false;
            }

            mended = network.Mended;
            await FetchAsync(network, cancellationToken);
            Evict(except: digest);
            return true;
        }
        catch (CorruptBlobException e)
        {
            instruments?.OnRefused();
            throw new NetworkRefusedException(e.Message, e) { Mended = mended };
        }
    }

    private async Task FetchAsync(StoredNetwork network, CancellationToken cancellationToken)
    {
        var part = FolderOf(network.WeightsDigest) + Unfinished;
        Remove(part);
        try
        {
            Directory.CreateDirectory(part);
            foreach (var file in network.Files)
            {
                var path = PathOf(part, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var target = File.Create(path);
                await _store.CopyAsync(network, file, target, cancellationToken);
                instruments?.OnFetched(target.Length);
            }

            await File.WriteAllBytesAsync(Path.Combine(part, ListName), JsonSerializer.SerializeToUtf8Bytes(network, SweepJson.Indented), cancellationToken);
            Directory.Move(part, FolderOf(network.WeightsDigest));
        }
        finally
        {
            Remove(part);
        }
    }

    /// <summary>What is listed of a network that is here and is what its digest says; null otherwise.</summary>
    private async Task<StoredNetwork?> FindWholeAsync(string digest, CancellationToken cancellationToken)
    {
        var folder = FolderOf(digest);
        if (await ReadListAsync(folder, cancellationToken) is not { } network || !network.IsOf(digest))
        {
            return null;
        }

        foreach (var file in network.Files)
        {
            if (!await IsWholeAsync(PathOf(folder, file.Name), file, cancellationToken))
            {
                return null;
            }
        }

        return network;
    }

    private static async Task<StoredNetwork?> ReadListAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ListName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<StoredNetwork>(await File.ReadAllBytesAsync(path, cancellationToken), SweepJson.Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<bool> IsWholeAsync(string path, StoredNetworkFile file, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        await using var stream = File.OpenRead(path);
        return stream.Length == file.Bytes && Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) == file.Sha256;
    }

    private void Evict(string except)
    {
        var kept = Directory.EnumerateDirectories(options.Folder)
            .Select(folder => (Folder: folder, Lock: LockOf(Path.GetFileName(folder).Replace(Unfinished, "", StringComparison.Ordinal)), Bytes: LengthOf(folder)))
            .OrderBy(entry => entry.Lock.LastUse).ToArray();
        var surplus = kept.Sum(entry => entry.Bytes) - options.MaxBytes;
        foreach (var (folder, key, bytes) in kept.Where(entry => entry.Folder != FolderOf(except)))
        {
            // What nobody finished goes in any case.
            if (surplus <= 0 && !folder.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                continue;
            }

            using var held = key.TryTake();
            if (held is not null)
            {
                Remove(folder);
                instruments?.OnEvicted();
                surplus -= bytes;
            }
        }
    }

    // Without its list a folder counts for nothing, so that a death in the middle leaves nothing that looks whole.
    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(Path.Combine(folder, ListName));
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long LengthOf(string folder)
        => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    // Names come out of a store; none may lead elsewhere.
    private static string PathOf(string folder, string name)
    {
        var files = FilesOf(folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(files, name));
        return path.StartsWith(files, StringComparison.Ordinal)
            ? path
            : throw new NetworkRefusedException($"A stored network names a file '{name}', which lies outside its folder. Remove it from the store and push the network again.");
    }

    private static string FilesOf(string folder) => Path.Combine(folder, "files");

    private string FolderOf(string digest) => Path.Combine(Path.GetFullPath(options.Folder), digest);

    private NetworkLock LockOf(string digest) => new(FolderOf(digest) + ".lock");
}

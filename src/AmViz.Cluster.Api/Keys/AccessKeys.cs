using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AmViz.Cluster.Api;

/// <summary>The access keys of a store: made, listed, rotated and revoked by whoever may write to the store; of their secrets only hashes are there.</summary>
/// <param name="blobs">The cluster's store.</param>
/// <param name="time">Dates keys.</param>
public sealed class AccessKeys(IBlobStore blobs, TimeProvider time)
{
    /// <summary>Version of a key's file. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 2;

    // A program that knows no quotas must not open more than they allow.
    private const int WithoutQuota = 1;

    /// <summary>Name of the key that a coordinator makes where there is none.</summary>
    public const string FirstName = "first";

    // Of several coordinators that start at once exactly one creates this file.
    private const string FirstId = "000000000000";

    // Two people who change one key at one moment are rare, and each round one of them gets through.
    private const int MaxRounds = 5;

    /// <summary>Makes a key.</summary>
    /// <param name="name">See <see cref="AccessKey.IsName"/>.</param>
    /// <param name="role">What it opens.</param>
    /// <param name="lifetime">How long, from now; null: until it is revoked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="quota">What its sweeps may take; null: as much as they like.</param>
    /// <exception cref="StoreUnreachableException">The store cannot be used.</exception>
    public async Task<NewAccessKey> CreateAsync(string name, AccessRole role, TimeSpan? lifetime, CancellationToken cancellationToken, KeyQuota? quota = null)
        => await TryCreateAsync(AccessKeyText.CreateId(), name, role, lifetime, quota, cancellationToken)
            ?? throw new StorageException($"{blobs.Name} has a key of that id already. Make the key again.") { CanRetry = true };

    /// <summary>Makes the first key, for an admin, if the store has none, not even a revoked one.</summary>
    /// <returns>Null if it has one, or another coordinator was faster.</returns>
    public async Task<NewAccessKey?> CreateFirstAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in blobs.ListAsync(ResultLayout.AccessKeys, cancellationToken))
        {
            return null;
        }

        return await TryCreateAsync(FirstId, FirstName, AccessRole.Admin, lifetime: null, quota: null, cancellationToken);
    }

    /// <summary>All keys, expired and revoked ones too, in the order of their ids.</summary>
    /// <exception cref="CorruptBlobException">A file is not what was written.</exception>
    public async IAsyncEnumerable<AccessKey> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in blobs.ListAsync(ResultLayout.AccessKeys, cancellationToken))
        {
            if (await blobs.ReadAsync(item.Path, cancellationToken) is { } blob)
            {
                yield return Read(item.Path, blob).Key;
            }
        }
    }

    /// <summary>Revokes a key: it opens nothing any more, which every coordinator notices within a second. Again does no harm.</summary>
    /// <returns>Null if there is no such key.</returns>
    public async Task<AccessKey?> RevokeAsync(string id, CancellationToken cancellationToken)
        => (await ChangeAsync(id, stored => stored with { Key = stored.Key with { RevokedAt = stored.Key.RevokedAt ?? time.GetUtcNow() } }, cancellationToken))?.Key;

    /// <summary>Gives a key a new secret; the old one opens nothing any more, which every coordinator notices within a second.</summary>
    /// <param name="id">Which.</param>
    /// <param name="lifetime">How long the new secret opens, from now; null: until the key expires as before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if there is no such key, or it was revoked.</returns>
    public async Task<NewAccessKey?> RotateAsync(string id, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var text = AccessKeyText.Create(id);
        var now = time.GetUtcNow();
        var rotated = await ChangeAsync(
            id,
            stored => stored.Key.RevokedAt is not null ? stored : stored with
            {
                Key = stored.Key with { RotatedAt = now, ExpiresAt = lifetime is null ? stored.Key.ExpiresAt : now + lifetime },
                SecretSha256 = text.HashSecret(),
            },
            cancellationToken);
        return rotated is { Key.RevokedAt: null } ? new(rotated.Key, text.Reveal()) : null;
    }

    /// <summary>A key with the hash of its secret; null if there is none of that id.</summary>
    internal async Task<StoredAccessKey?> FindAsync(string id, CancellationToken cancellationToken)
        => await FindBlobAsync(id, cancellationToken) is { } blob ? Read(ResultLayout.AccessKey(id), blob) : null;

    private async Task<Blob?> FindBlobAsync(string id, CancellationToken cancellationToken)
        => AccessKeyText.IsId(id) ? await blobs.ReadAsync(ResultLayout.AccessKey(id), cancellationToken) : null;

    private async Task<NewAccessKey?> TryCreateAsync(string id, string name, AccessRole role, TimeSpan? lifetime, KeyQuota? quota, CancellationToken cancellationToken)
    {
        if (!AccessKey.IsName(name))
        {
            throw new ArgumentException($"'{name}' cannot name a key. Expected 1 to 63 letters, digits, '.', '_', '-' and '@'.", nameof(name));
        }

        var now = time.GetUtcNow();
        var text = AccessKeyText.Create(id);
        var stored = new StoredAccessKey(
            quota is null ? WithoutQuota : CurrentFormatVersion, new() { Id = id, Name = name, Role = role, CreatedAt = now, ExpiresAt = now + lifetime, Quota = quota }, text.HashSecret());
        return await blobs.CreateAsync(ResultLayout.AccessKey(id), Write(stored), cancellationToken) ? new(stored.Key, text.Reveal()) : null;
    }

    private async Task<StoredAccessKey?> ChangeAsync(string id, Func<StoredAccessKey, StoredAccessKey> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (await FindBlobAsync(id, cancellationToken) is not { } blob)
            {
                return null;
            }

            var before = Read(ResultLayout.AccessKey(id), blob);
            var after = change(before);
            if (after == before || await blobs.ReplaceAsync(ResultLayout.AccessKey(id), Write(after), blob.ETag, cancellationToken) is not null)
            {
                return after;
            }
        }

        throw new StorageException($"The key '{id}' of {blobs.Name} was changed by somebody else {MaxRounds} times meanwhile. Try again once they are done.") { CanRetry = true };
    }

    private static byte[] Write(StoredAccessKey stored) => JsonSerializer.SerializeToUtf8Bytes(stored, SweepJson.Indented);

    private StoredAccessKey Read(BlobPath path, Blob blob)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredAccessKey>(blob.Content.Span, SweepJson.Compact) switch
            {
                null => throw new JsonException("Found null."),
                { FormatVersion: < 1 or > CurrentFormatVersion } later => throw new CorruptBlobException(
                    path, $"'{path}' of {blobs.Name} has format version {later.FormatVersion}; this program reads 1 to {CurrentFormatVersion}. Use a newer version of it."),
                var stored => stored,
            };
        }
        catch (JsonException e)
        {
            throw new CorruptBlobException(path, $"'{path}' of {blobs.Name} is no access key: {e.Message} Remove it and make a new key with 'amviz keys create'.", e);
        }
    }
}

/// <summary>The file of a key.</summary>
/// <param name="FormatVersion">See <see cref="AccessKeys.CurrentFormatVersion"/>.</param>
/// <param name="Key">The key.</param>
/// <param name="SecretSha256">SHA-256 of its secret, 64 small hexadecimal digits.</param>
internal sealed record StoredAccessKey(int FormatVersion, AccessKey Key, string SecretSha256);

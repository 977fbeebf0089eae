using System.Collections.Concurrent;

namespace AmViz.Cluster.Api;

/// <summary>Tells whose key a text is. What it knows of a key is never older than <see cref="Freshness"/>, so a revocation is noticed everywhere within a second.</summary>
/// <param name="keys">The keys of the store.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyRing(AccessKeys keys, TimeProvider time)
{
    /// <summary>How long a key that was read is taken for what it is. A store out of reach opens to nobody after that.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(0.5);

    // Only keys that exist: whoever makes ids up fills no memory.
    private readonly ConcurrentDictionary<string, (long At, StoredAccessKey Key)> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether only the store can tell of a text whether it is a key: it is none that was one when it was last read. Whoever knows ids makes up no others.</summary>
    public bool MustAsk(string? text)
        => AccessKeyText.TryParse(text, out var presented) && !(_seen.TryGetValue(presented.Id, out var seen) && presented.Matches(seen.Key.SecretSha256));

    /// <summary>Judges what somebody presented.</summary>
    /// <exception cref="StorageException">The store cannot be asked.</exception>
    public async Task<KeyVerdict> JudgeAsync(string? text, CancellationToken cancellationToken)
    {
        if (!AccessKeyText.TryParse(text, out var presented))
        {
            return new(null, "What was presented is no access key. Expected the text that 'amviz keys create' printed, amviz_ID_SECRET.");
        }

        // One answer for an id that does not exist and for a wrong secret.
        return await FindAsync(presented.Id, cancellationToken) is { } stored && presented.Matches(stored.SecretSha256)
            ? Judge(stored.Key)
            : new(null, "Nobody has this access key: it was mistyped, given a new secret, or belongs to another cluster. Ask an admin for one ('amviz keys create').");
    }

    private KeyVerdict Judge(AccessKey key)
        => key.RevokedAt is { } revoked ? new(key, $"The access key '{key.Name}' ({key.Id}) was revoked at {revoked:u}. Ask an admin for a new one ('amviz keys create').")
            : key.ExpiresAt <= time.GetUtcNow() ? new(key, $"The access key '{key.Name}' ({key.Id}) expired at {key.ExpiresAt:u}. Ask an admin for a new secret ('amviz keys rotate {key.Id} --expires 90d').")
            : new(key, null);

    private async Task<StoredAccessKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_seen.TryGetValue(id, out var seen) && time.GetElapsedTime(seen.At) < Freshness)
        {
            return seen.Key;
        }

        var asked = time.GetTimestamp();
        var found = await keys.FindAsync(id, cancellationToken);
        if (found is null)
        {
            _seen.TryRemove(id, out _);
        }
        else
        {
            _seen[id] = (asked, found);
        }

        return found;
    }
}

/// <summary>What became of a key that was presented.</summary>
/// <param name="Key">Whose it is, also if it opens nothing any more; null: nobody's.</param>
/// <param name="Refusal">Why it opens nothing, for people; null: it opens.</param>
internal sealed record KeyVerdict(AccessKey? Key, string? Refusal);

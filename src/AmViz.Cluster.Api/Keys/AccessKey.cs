namespace AmViz.Cluster.Api;

/// <summary>A key that opens the API to whoever presents its text; the secret itself is known only to them.</summary>
public sealed record AccessKey
{
    /// <summary>Names the key in lists and logs: <see cref="AccessKeyText.IdLength"/> small hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it; see <see cref="IsName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it opens.</summary>
    public required AccessRole Role { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last given a new secret; null: never.</summary>
    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>From when on it opens nothing; null: it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked; null: it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>What its sweeps may take; null: as much as they like.</summary>
    public KeyQuota? Quota { get; init; }

    private const int LongestName = 63;

    /// <summary>Whether a key may be called that: 1 to 63 ASCII letters, digits, '.', '_', '-' and '@', so that it stands in a log as it is.</summary>
    public static bool IsName(string text)
        => text.Length is > 0 and <= LongestName && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '@');
}

/// <summary>What a key opens. Each role includes those before it.</summary>
public enum AccessRole
{
    /// <summary>Looks at sweeps, results and devices.</summary>
    Read,

    /// <summary>Submits sweeps and controls them.</summary>
    Submit,

    /// <summary>Everything, the list of keys among it.</summary>
    Admin,
}

/// <summary>A key with a new secret.</summary>
/// <param name="Key">The key.</param>
/// <param name="Text">What its owner presents. It is kept nowhere and cannot be shown again.</param>
public sealed record NewAccessKey(AccessKey Key, string Text)
{
    // Secrets go into no log and no test report.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(nameof(Key)).Append(" = ").Append(Key);
        return true;
    }
}

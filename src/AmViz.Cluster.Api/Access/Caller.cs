using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Who makes a request.</summary>
/// <param name="Kind">What they present.</param>
/// <param name="Id">Id of the key, or <c>sub</c> of the token; fit for a log.</param>
/// <param name="Name">What people call them; fit for a log.</param>
/// <param name="Role">What it opens; null: nothing.</param>
/// <param name="ExpiresAt">From when on it opens nothing; null: it does not expire.</param>
internal sealed record Caller(CallerKind Kind, string Id, string Name, AccessRole? Role, DateTimeOffset? ExpiresAt)
{
    /// <summary>What their sweeps may take; null: as much as they like.</summary>
    public KeyQuota? Quota { get; init; }

    /// <summary>Their name as the owner of sweeps.</summary>
    public string Owner => $"{(Kind == CallerKind.Key ? "key" : "token")}:{Id}";

    /// <summary>Who makes a request that was let in.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<AccessVerdict>()?.Caller ?? throw new InvalidOperationException("The endpoint lets in whoever asks; say which role it needs.");

    /// <summary>The owner of a key.</summary>
    public static Caller Of(AccessKey key) => new(CallerKind.Key, key.Id, key.Name, key.Role, key.ExpiresAt) { Quota = key.Quota };
}

/// <summary>What somebody presents.</summary>
internal enum CallerKind
{
    /// <summary>A key that <c>amviz keys create</c> printed.</summary>
    Key,

    /// <summary>A token of the issuer that the cluster trusts.</summary>
    Token,
}

/// <summary>What became of what somebody presented.</summary>
/// <param name="Caller">Who they are, also if it opens nothing any more; null: nobody knows.</param>
/// <param name="Refusal">Why it opens nothing, for people; null: it opens.</param>
internal sealed record AccessVerdict(Caller? Caller, string? Refusal)
{
    /// <summary>Who makes a request, if what they present opens; null: a stranger, or nobody has asked yet.</summary>
    public static Caller? LetIn(HttpContext context) => context.Features.Get<AccessVerdict>() is { Refusal: null, Caller: { } caller } ? caller : null;
}

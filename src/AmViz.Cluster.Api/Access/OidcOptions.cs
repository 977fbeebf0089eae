namespace AmViz.Cluster.Api;

/// <summary>An OpenID Connect issuer whose tokens open the API beside access keys.</summary>
public sealed record OidcOptions
{
    /// <summary>Where roles are looked for unless something else is said.</summary>
    public const string UsualRoleClaim = "roles";

    /// <summary>Its address, exactly as its tokens name it under <c>iss</c>; below it lies <c>.well-known/openid-configuration</c>. By https, except on this machine.</summary>
    public required string Issuer { get; init; }

    /// <summary>What tokens must name under <c>aud</c>.</summary>
    public required string Audience { get; init; }

    /// <summary>The claim that says what a token opens: a text, or a list of texts. Default: <see cref="UsualRoleClaim"/>.</summary>
    public string RoleClaim { get; init; } = UsualRoleClaim;

    /// <summary>Which of its values give which role; of several the highest counts.</summary>
    public required IReadOnlyDictionary<AccessRole, IReadOnlyList<string>> Roles { get; init; }

    /// <summary>The role that the values of the claim give; null: none.</summary>
    internal AccessRole? RoleOf(IEnumerable<string> values)
    {
        var held = values.ToHashSet(StringComparer.Ordinal);
        return Roles.Where(role => role.Value.Any(held.Contains)).Select(role => (AccessRole?)role.Key).Max();
    }
}

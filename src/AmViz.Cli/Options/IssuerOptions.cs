using AmViz.Cli.Settings;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Options;

/// <summary><c>--oidc-*</c>: the issuer whose tokens open the API beside access keys.</summary>
internal sealed class IssuerOptions(AmVizSettings settings)
{
    private readonly Option<string?> _issuer = new("--oidc-issuer")
    {
        Description = "OpenID Connect issuer whose tokens open the API beside access keys, exactly as they name it under 'iss'. Default: none.",
        HelpName = "URL",
    };

    private readonly Option<string?> _audience = new("--oidc-audience") { Description = "What these tokens must name under 'aud'.", HelpName = "TEXT" };

    private readonly Option<string?> _claim = new("--oidc-role-claim") { Description = $"Claim that says what a token opens. Default: {OidcOptions.UsualRoleClaim}.", HelpName = "NAME" };

    private readonly Option<string[]> _read = ListOption.Texts("--oidc-read", "VALUE[,VALUE..]", "Values of that claim that give the role read.");

    private readonly Option<string[]> _submit = ListOption.Texts("--oidc-submit", "VALUE[,VALUE..]", "Values of that claim that give the role submit.");

    private readonly Option<string[]> _admin = ListOption.Texts("--oidc-admin", "VALUE[,VALUE..]", "Values of that claim that give the role admin.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _issuer, _audience, _claim, _read, _submit, _admin })
        {
            command.Add(option);
        }
    }

    /// <summary>What is asked for; null: no issuer.</summary>
    /// <exception cref="UsageException">Everything that cannot be used.</exception>
    public OidcOptions? Read(ParseResult result)
    {
        var set = settings.Oidc;
        var (issuer, audience) = (result.GetValue(_issuer) ?? set.Issuer, result.GetValue(_audience) ?? set.Audience);
        var roles = new Dictionary<AccessRole, IReadOnlyList<string>>
        {
            [AccessRole.Read] = Values(result.GetValue(_read), set.Read),
            [AccessRole.Submit] = Values(result.GetValue(_submit), set.Submit),
            [AccessRole.Admin] = Values(result.GetValue(_admin), set.Admin),
        };
        if (issuer is null)
        {
            return audience is null && roles.Values.All(values => values.Count == 0) ? null : throw new UsageException($"Tokens need an issuer. Give one with {_issuer.Name} https://login.example.com, or leave the other --oidc options out.");
        }

        var problems = new List<string>();
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            problems.Add($"{_issuer.Name}: '{issuer}' is not the address of an issuer. Expected https://..., or http:// on this machine.");
        }

        if (audience is null)
        {
            problems.Add($"{_issuer.Name} needs {_audience.Name}: a token for somebody else must not open this API.");
        }

        if (roles.Values.All(values => values.Count == 0))
        {
            problems.Add($"{_issuer.Name} gives nobody a role. Say which values of the claim do with {_read.Name}, {_submit.Name} or {_admin.Name}.");
        }

        return problems.Count == 0
            ? new() { Issuer = issuer, Audience = audience!, RoleClaim = result.GetValue(_claim) ?? set.RoleClaim ?? OidcOptions.UsualRoleClaim, Roles = roles }
            : throw new UsageException(problems);
    }

    private static string[] Values(string[]? given, string? set)
        => given is { Length: > 0 } ? given : set?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

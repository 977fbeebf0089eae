using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Api;

/// <summary>Authenticates requests by an access key in <c>Authorization: Bearer</c>.</summary>
/// <remarks>Nowhere else: an address ends in logs and in histories, and a browser sends cookies of itself, also for a page of somebody else.</remarks>
internal sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing ring)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Key";

    private const string Bearer = "Bearer";

    private const string HowTo = "Send 'Authorization: Bearer amviz_ID_SECRET' with a key that 'amviz keys create' printed.";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Health and metrics ask for no key, and so for no store.
        if (AccessPolicies.NeededFor(Context.GetEndpoint()) is null || await JudgeAsync(Context, ring) is not { } verdict)
        {
            return AuthenticateResult.NoResult();
        }

        Context.Features.Set(verdict);
        return verdict is { Refusal: null, Key: { } key }
            ? AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, key.Id), new(ClaimTypes.Name, key.Name)], SchemeName)), SchemeName))
            : AuthenticateResult.Fail(verdict.Refusal!);
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"amviz\"";
        var detail = Context.Features.Get<KeyVerdict>()?.Refusal ?? $"The request has no access key. {HowTo}";
        return new Problem(StatusCodes.Status401Unauthorized, "no-valid-key", "An access key is needed", detail).WriteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var key = Context.Features.Get<KeyVerdict>()?.Key;
        var needed = AccessPolicies.NeededFor(Context.GetEndpoint());
        return new Problem(
            StatusCodes.Status403Forbidden, "role-too-low", "The access key does not open this",
            $"The access key '{key?.Name}' ({key?.Id}) has the role {AccessPolicies.Word(key?.Role)}; {Request.Method} of this needs {AccessPolicies.Word(needed)}. Ask an admin for such a key ('amviz keys create NAME --role {AccessPolicies.Word(needed)}').").WriteAsync(Context);
    }

    /// <summary>Judges the key of a request; null: it has none.</summary>
    public static async Task<KeyVerdict?> JudgeAsync(HttpContext context, KeyRing ring)
        => AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) && header.Scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase)
            ? await ring.JudgeAsync(header.Parameter, context.RequestAborted)
            : null;
}

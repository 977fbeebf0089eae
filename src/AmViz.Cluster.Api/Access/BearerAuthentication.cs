using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AmViz.Cluster.Api;

/// <summary>Authenticates requests by what they have in <c>Authorization: Bearer</c>: an access key or, where an issuer is trusted, a token.</summary>
/// <remarks>Nowhere else: an address ends in logs and in histories, and a browser sends cookies of itself, also for a page of somebody else.</remarks>
internal sealed class BearerAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Callers callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    private const string HowTo = "Send 'Authorization: Bearer amviz_ID_SECRET' with a key that 'amviz keys create' printed.";

    /// <summary>The text that a request presents; null: none.</summary>
    public static string? Presented(HttpRequest request)
        => AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme.Equals(SchemeName, StringComparison.OrdinalIgnoreCase)
            ? header.Parameter ?? ""
            : null;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Health and metrics ask for no key, and so for no store.
        if (AccessPolicies.NeededFor(Context.GetEndpoint()) is null || await callers.JudgeAsync(Context) is not { } verdict)
        {
            return AuthenticateResult.NoResult();
        }

        Context.Features.Set(verdict);
        return verdict is { Refusal: null, Caller: { } caller }
            ? AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, caller.Id), new(ClaimTypes.Name, caller.Name)], SchemeName)), SchemeName))
            : AuthenticateResult.Fail(verdict.Refusal!);
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"amviz\"";
        var detail = Context.Features.Get<AccessVerdict>()?.Refusal ?? $"The request has no access key. {HowTo}";
        return new Problem(StatusCodes.Status401Unauthorized, "no-valid-key", "An access key is needed", detail).WriteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = AccessPolicies.Word(AccessPolicies.NeededFor(Context.GetEndpoint()));
        var (what, how) = Context.Features.Get<AccessVerdict>()?.Caller switch
        {
            { Kind: CallerKind.Token } token => ($"The token of '{token.Name}' gives the role {AccessPolicies.Word(token.Role)}", $"Ask an admin of its issuer for the role {needed}."),
            var key => ($"The access key '{key?.Name}' ({key?.Id}) has the role {AccessPolicies.Word(key?.Role)}", $"Ask an admin for such a key ('amviz keys create NAME --role {needed}')."),
        };
        return new Problem(StatusCodes.Status403Forbidden, "role-too-low", "The access key does not open this", $"{what}; {Request.Method} of this needs {needed}. {how}").WriteAsync(Context);
    }
}

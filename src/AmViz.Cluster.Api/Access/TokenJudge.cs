using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace AmViz.Cluster.Api;

/// <summary>Tells whose token a request presents. Keys of the issuer are fetched by discovery, and again when a token names one that is not known yet.</summary>
/// <param name="oidc">The issuer.</param>
/// <param name="bearer">How its tokens are validated.</param>
/// <param name="gate">Stands before an issuer that has not answered yet.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenJudge(OidcOptions oidc, IOptionsMonitor<JwtBearerOptions> bearer, StrangerGate gate, TimeProvider time) : IDisposable
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Token";

    private const int SoonSeconds = 5;

    // Clocks of two machines differ by less.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    // How soon a key that the issuer has withdrawn opens nothing any more.
    private static readonly TimeSpan KeysLast = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LookingPause = TimeSpan.FromSeconds(30);

    // Tokens that name made-up keys make nobody ask the issuer more often.
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan IssuerPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _asking = new();
    private Task _answer = Task.CompletedTask;
    private long? _asked;
    private volatile bool _hasAnswered;
    private ITimer? _looking;

    /// <summary>Adds it.</summary>
    public static void Add(AuthenticationBuilder authentication, OidcOptions oidc)
    {
        authentication.Services.AddSingleton(oidc).AddSingleton<TokenJudge>()
            .AddSingleton<IAuthenticationConfigurationProvider, NothingConfigured>()
            // The audit says of every refusal whose token it was.
            .AddLogging(logging => logging.AddFilter(typeof(JwtBearerHandler).FullName, LogLevel.Warning));
        authentication.AddJwtBearer(SchemeName, options =>
        {
            options.Authority = oidc.Issuer;
            options.RequireHttpsMetadata = !new Uri(oidc.Issuer).IsLoopback;
            options.MapInboundClaims = false;
            options.AutomaticRefreshInterval = KeysLast;
            options.RefreshInterval = ShortestRefresh;
            options.BackchannelTimeout = IssuerPatience;
            options.TokenValidationParameters = new()
            {
                ValidIssuer = oidc.Issuer,
                ValidAudience = oidc.Audience,
                ClockSkew = ClockSkew,
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                // None with a shared secret: the issuer publishes what would be that secret.
                ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            };
        });
        // After the framework's own, which makes the manager. By itself it goes on trusting keys that were good within the last hour.
        authentication.Services.PostConfigure<JwtBearerOptions>(SchemeName, options => ((BaseConfigurationManager)options.ConfigurationManager!).UseLastKnownGoodConfiguration = false);
    }

    /// <summary>Judges the token of a request.</summary>
    /// <exception cref="ProblemException">The issuer cannot be asked for its keys, or the address has asked too much meanwhile.</exception>
    public async Task<AccessVerdict> JudgeAsync(HttpContext context)
    {
        await DiscoverAsync(context);
        var result = await context.AuthenticateAsync(SchemeName);
        return result is { Principal: { } principal }
            ? new(CallerOf(principal, result.Properties?.ExpiresUtc), null)
            : new(null, $"{Explain(result.Failure)} Ask {oidc.Issuer} for a new token, or present an access key that 'amviz keys create' printed.");
    }

    /// <inheritdoc/>
    public void Dispose() => _looking?.Dispose();

    private async Task DiscoverAsync(HttpContext context)
    {
        if (_hasAnswered)
        {
            return;
        }

        gate.Pass(context);
        try
        {
            await AskAsync().WaitAsync(context.RequestAborted);
            LookRegularly();
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(Problem.Away(
                "issuer-away", "The issuer of tokens cannot be asked",
                $"{oidc.Issuer} did not answer for /.well-known/openid-configuration and its keys, by which tokens are checked. Try again in a moment, or present an access key.", SoonSeconds));
        }
    }

    /// <summary>Has the keys fetched when they are old. The manager would only do so once it is asked, and answer that request, after hours perhaps, by the old ones.</summary>
    private void LookRegularly()
    {
        lock (_asking)
        {
            _looking ??= time.CreateTimer(_ => Look(), state: null, LookingPause, LookingPause);
            _hasAnswered = true;
        }
    }

    /// <summary>The manager answers by the keys that it has, and fetches newer ones meanwhile.</summary>
    private void Look() => _ = bearer.Get(SchemeName).ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);

    /// <summary>Asks the issuer for the first time, once for all who wait: each would else wait for those before it. What came of it holds for <see cref="ShortestRefresh"/>.</summary>
    private Task AskAsync()
    {
        lock (_asking)
        {
            if (_asked is not { } at || (_answer.IsCompleted && time.GetElapsedTime(at) >= ShortestRefresh))
            {
                _asked = time.GetTimestamp();
                _answer = bearer.Get(SchemeName).ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
            }

            return _answer;
        }
    }

    private Caller CallerOf(System.Security.Claims.ClaimsPrincipal principal, DateTimeOffset? expires)
    {
        var id = ErrorWords.Shorten(principal.FindFirst("sub")?.Value ?? "unnamed");
        var name = principal.FindFirst("preferred_username")?.Value ?? principal.FindFirst("email")?.Value ?? principal.FindFirst("client_id")?.Value;
        return new(
            CallerKind.Token, id, name is null ? id : ErrorWords.Shorten(name), oidc.RoleOf(principal.FindAll(oidc.RoleClaim).Select(claim => claim.Value)), expires);
    }

    private string Explain(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException expired => $"The token expired at {expired.Expires:u}.",
        SecurityTokenNotYetValidException early => $"The token opens nothing before {early.NotBefore:u}; are the clocks right?",
        SecurityTokenInvalidAudienceException => $"The token is for another audience. Expected '{oidc.Audience}' under 'aud'.",
        SecurityTokenInvalidIssuerException => $"The token is of another issuer. Expected '{oidc.Issuer}' under 'iss'.",
        SecurityTokenSignatureKeyNotFoundException => "The token is signed by a key that its issuer does not publish.",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "The token is not signed, or not by its issuer.",
        _ => "What was presented is neither an access key nor a token that can be read.",
    };

    /// <summary>What the schemes of ASP.NET Core are configured by beside this: nothing. What is trusted is said by <see cref="OidcOptions"/> alone.</summary>
    private sealed class NothingConfigured : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AmViz.Cluster.Api.Tests;

/// <summary>An issuer of tokens on a free port: its metadata, its keys, and whatever token a test wants.</summary>
internal sealed class StandInIssuer : IAsyncDisposable
{
    /// <summary>Who its tokens are for.</summary>
    public const string Audience = "amviz-tests";

    private readonly WebApplication _app;
    private readonly List<ECDsaSecurityKey> _published = [];
    private int _keysAsked;

    private StandInIssuer(WebApplication app)
    {
        _app = app;
        Rotate();
    }

    /// <summary>Its address.</summary>
    public string Address => _app.Urls.First();

    /// <summary>What the API is told of it.</summary>
    public OidcOptions Options => new()
    {
        Issuer = Address,
        Audience = Audience,
        RoleClaim = "groups",
        Roles = new Dictionary<AccessRole, IReadOnlyList<string>> { [AccessRole.Read] = ["viewers", "guests"], [AccessRole.Submit] = ["drawers"], [AccessRole.Admin] = ["keepers"] },
    };

    /// <summary>The key that it signs with at the moment.</summary>
    public ECDsaSecurityKey Key => _published[^1];

    /// <summary>How often its keys were asked for.</summary>
    public int KeysAsked => Volatile.Read(ref _keysAsked);

    public static async Task<StandInIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new StandInIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Text($$"""{"issuer": "{{issuer.Address}}", "jwks_uri": "{{issuer.Address}}/keys"}""", "application/json"));
        app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref issuer._keysAsked);
            return Results.Text($$"""{"keys": [{{string.Join(',', issuer._published.Select(Describe))}}]}""", "application/json");
        });
        await app.StartAsync();
        return issuer;
    }

    /// <summary>Signs with a new key from now on, and publishes it.</summary>
    public void Rotate() => _published.Add(NewKey());

    /// <summary>Publishes none of its keys but the one that it signs with.</summary>
    public void Withdraw() => _published.RemoveRange(0, _published.Count - 1);

    public static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("N") };

    /// <summary>A token for an hour that is right, unless a test changes it.</summary>
    public string Token(string? group, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            NotBefore = now.AddMinutes(-1),
            IssuedAt = now.AddMinutes(-1),
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "user-7", ["preferred_username"] = "bob" },
            SigningCredentials = new(Key, SecurityAlgorithms.EcdsaSha256),
        };
        if (group is not null)
        {
            token.Claims["groups"] = new[] { "others", group };
        }

        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Describe(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty": "EC", "crv": "P-256", "use": "sig", "kid": "{{key.KeyId}}", "x": "{{Base64UrlEncoder.Encode(point.X)}}", "y": "{{Base64UrlEncoder.Encode(point.Y)}}"}""";
    }
}

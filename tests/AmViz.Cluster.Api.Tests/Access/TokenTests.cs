using System.Net;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>Tokens of an issuer in the place of access keys.</summary>
public sealed class TokenTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARefusedTokenSaysWhatIsWrongWithIt()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var stranger = new SigningCredentials(StandInIssuer.NewKey(), SecurityAlgorithms.EcdsaSha256);
        var known = StandInIssuer.NewKey();
        known.KeyId = host.Issuer.Key.KeyId;
        (string Token, string Words)[] refused =
        [
            (host.Issuer.Token("keepers", token => (token.NotBefore, token.Expires) = (now.AddHours(-2), now.AddHours(-1))), "expired at"),
            (host.Issuer.Token("keepers", token => token.NotBefore = now.AddMinutes(30)), "opens nothing before"),
            (host.Issuer.Token("keepers", token => token.Audience = "somebody else"), "Expected 'amviz-tests' under 'aud'"),
            (host.Issuer.Token("keepers", token => token.Audience = null), "Expected 'amviz-tests' under 'aud'"),
            (host.Issuer.Token("keepers", token => token.Issuer = "http://127.0.0.1:1"), "of another issuer"),
            (host.Issuer.Token("keepers", token => token.SigningCredentials = stranger), "a key that its issuer does not publish"),
            (host.Issuer.Token("keepers", token => token.SigningCredentials = new(known, SecurityAlgorithms.EcdsaSha256)), "not signed, or not by its issuer"),
            (host.Issuer.Token("keepers", token => token.SigningCredentials = null), "not signed, or not by its issuer"),
            // The public key as a shared secret: what anybody could sign.
            (host.Issuer.Token("keepers", token => token.SigningCredentials = new(new SymmetricSecurityKey(Encoding.ASCII.GetBytes(new string('k', 64))) { KeyId = host.Issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256)), "not signed, or not by its issuer"),
            (host.Issuer.Token("keepers", token => token.Expires = null), "neither an access key nor a token"),
            (host.Issuer.Token("keepers")[..^4] + "AAAA", "not signed, or not by its issuer"),
            ("a.b.c", "neither an access key nor a token"),
        ];
        foreach (var (token, words) in refused)
        {
            using var client = host.Client(token);
            using var answer = await client.GetAsync("/api/v1/devices", Token);
            var detail = (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString();
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized && detail!.Contains(words, StringComparison.Ordinal), $"{words}: {(int)answer.StatusCode} {detail}");
        }
    }

    [Fact]
    public async Task ATokenWithoutARoleOpensNothingAndIsToldWhomToAsk()
    {
        foreach (var group in new[] { null, "strangers", "KEEPERS" })
        {
            using var client = host.Client(host.Issuer.Token(group));
            using var answer = await client.GetAsync("/api/v1/devices", Token);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("The token of 'bob' gives the role none; GET of this needs read", (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AKeyThatTheIssuerHasSinceRotatedToIsFetched()
    {
        using var before = host.Client(host.Issuer.Token("viewers"));
        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/api/v1/devices", Token)).StatusCode);
        host.Issuer.Rotate();
        using var after = host.Client(host.Issuer.Token("viewers"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while ((await after.GetAsync("/api/v1/devices", Token)).StatusCode != HttpStatusCode.OK)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "The new key of the issuer was not fetched.");
            await Task.Delay(50, Token);
        }

        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/api/v1/devices", Token)).StatusCode);
    }

    [Fact]
    public async Task AKeyThatTheIssuerHasWithdrawnOpensNothingOnceTheKeysWereFetched()
    {
        await using var alone = new ApiHost();
        await alone.OpenAsync();
        using var before = alone.Client(alone.Issuer.Token("viewers"));
        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync("/api/v1/me", Token)).StatusCode);
        alone.Issuer.Rotate();
        alone.Issuer.Withdraw();
        using var after = alone.Client(alone.Issuer.Token("viewers"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while ((await after.GetAsync("/api/v1/me", Token)).StatusCode == HttpStatusCode.Unauthorized)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "The new key of the issuer was not fetched.");
            await Task.Delay(50, Token);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await before.GetAsync("/api/v1/me", Token)).StatusCode);
    }

    [Fact]
    public async Task WhoHoldsATokenIsNamedInTheAudit()
    {
        using var client = host.Client(host.Issuer.Token("drawers", token => token.Claims["preferred_username"] = "eve\nKey none"));
        await client.PostAsync("/api/v1/sweeps/00000000000000cc/pause", content: null, Token);
        Assert.Contains(host.Log, line => line == "AmViz.Cluster.Api.Audit: Token user-7 (eve?Key none): POST /api/v1/sweeps/00000000000000cc/pause answered 404.");
        var signature = host.Issuer.Token("drawers").Split('.')[1][..40];
        Assert.DoesNotContain(host.Log, line => line.Contains(signature, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnIssuerOutOfReachIsToldWithWhenToTryAgainAndKeysStillOpen()
    {
        var issuer = await StandInIssuer.StartAsync();
        var token = issuer.Token("keepers");
        await using var alone = new ApiHost { Oidc = issuer.Options };
        await issuer.DisposeAsync();
        await alone.OpenAsync();
        using var client = alone.Client(token);
        using var answer = await client.GetAsync("/api/v1/sweeps/0123456789abcdef/manifest", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("urn:amviz:problem:issuer-away", (await ApiHost.ReadAsync(answer)).GetProperty("type").GetString());
        Assert.NotNull(answer.Headers.RetryAfter);
        using var admin = alone.Client(AccessRole.Admin);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/keys", Token)).StatusCode);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>Nobody without a key makes the store or the issuer work more than a refusal costs them.</summary>
public sealed class StrangerGateTests
{
    private const int Burst = 3;

    private static readonly ApiLimits Few = new() { RefusalRate = 1, RefusalBurst = Burst };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeysThatAreMadeUpAreReadNoMoreOftenThanTheyAreRefused(bool withTheIdOfAKnownKey)
    {
        await using var host = new ApiHost { Limits = Few };
        await host.OpenAsync();
        using var known = host.Client(AccessRole.Admin);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/api/v1/keys", Token)).StatusCode);
        var id = withTheIdOfAKnownKey ? host.KeyOf[AccessRole.Submit].Split('_')[1] : null;

        var (before, watch) = (host.Store.Reads, System.Diagnostics.Stopwatch.StartNew());
        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => AskAsync(host, MadeUp(id))));
        var allowed = Burst + (int)watch.Elapsed.TotalSeconds + 1;
        Assert.InRange(host.Store.Reads - before, 1, allowed);
        Assert.InRange(statuses.Count(status => status == HttpStatusCode.Unauthorized), 1, allowed);
        Assert.Equal(200, statuses.Count(status => status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));

        // Who was let in before is not held up by others of that address, also once the key must be read again.
        await Task.Delay(KeyRing.Freshness, Token);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/api/v1/keys", Token)).StatusCode);
    }

    [Fact]
    public async Task ARefusalIsCountedOnce()
    {
        await using var host = new ApiHost { Limits = new() { RefusalRate = 1, RefusalBurst = 50 } };
        await host.OpenAsync();
        for (var number = 0; number < 45; number++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(host, MadeUp(id: null)));
        }
    }

    [Fact]
    public async Task WhileTheStoreIsAwayStrangersAreNotToldWhichItIs()
    {
        await using var host = new ApiHost();
        await host.OpenAsync();
        using var known = host.Client(AccessRole.Admin);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/api/v1/keys", Token)).StatusCode);
        host.Store.Outage = new(host.Store.Name, "The store is away on purpose.");
        using var stranger = host.Client(MadeUp(id: null));
        using var answer = await stranger.GetAsync("/api/v1/keys", Token);
        host.Store.Outage = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("urn:amviz:problem:store-away", text, StringComparison.Ordinal);
        Assert.DoesNotContain("on purpose", text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Store.Name, text, StringComparison.Ordinal);
        Assert.Contains(host.Log, line => line.Contains("on purpose", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnIssuerThatIsSilentIsAskedOnceForAllWhoWait()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var host = new ApiHost { Oidc = new() { Issuer = $"http://{silent.LocalEndpoint}", Audience = "amviz", RoleClaim = "roles", Roles = new Dictionary<AccessRole, IReadOnlyList<string>>() } };
        await host.OpenAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(host, "a.b.c")));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"They waited for each other: {watch.Elapsed}.");
    }

    private static string MadeUp(string? id)
        => $"amviz_{id ?? RandomNumberGenerator.GetHexString(12, lowercase: true)}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";

    private static async Task<HttpStatusCode> AskAsync(ApiHost host, string key)
    {
        using var client = host.Client(key);
        using var answer = await client.GetAsync("/api/v1/keys", Token);
        return answer.StatusCode;
    }
}

using System.Security.Cryptography.X509Certificates;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Cluster.Silo;
using AmViz.Storage;
using AmViz.TestKit;

namespace AmViz.Cluster.Api.Tests.Clients;

/// <summary>What goes wrong between an HTTP client and the API.</summary>
public sealed class HttpSweepClientTroublesTests(ApiHost host) : IClassFixture<ApiHost>, IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKeyIsTheOneOfItsOwner()
    {
        var made = await host.Keys.CreateAsync("alice", AccessRole.Submit, TimeSpan.FromDays(90), Token);
        await using var client = Client(host.Address, made.Text);
        Assert.Equal(new(made.Key.Id, "alice", "submit", made.Key.ExpiresAt), await client.OwnerAsync(Token));
    }

    [Fact]
    public async Task AStreamThatBreaksInTheMiddleOfAnEventMissesNothing()
    {
        using var steps = new SemaphoreSlim(0);
        host.Device.BeforeBatch = (_, cancelled) => steps.WaitAsync(cancelled);
        await using var proxy = new LoopbackProxy(host.Address);
        await using var direct = Client(host.Address, host.KeyOf[AccessRole.Submit]);
        await using var client = Client(proxy.Through(host.Address), host.KeyOf[AccessRole.Read]);
        var spec = FakePlanner.Spec(120);
        var id = (await direct.PlanAsync(spec, Token)).Id;
        await direct.SubmitAsync(id, spec, new(), Token);
        var cuts = 0;
        SweepStatus? last = null;
        await foreach (var status in client.FollowAsync(id, Token))
        {
            Assert.True(status.Counts.Ended >= (last?.Counts.Ended ?? 0), "It went back.");
            last = status;
            if (cuts < 2)
            {
                cuts++;
                proxy.LoseNextAnswer();
            }

            steps.Release();
        }

        Assert.Equal((SweepState.Finished, 10), (last?.State, last?.Counts.Rendered));
        Assert.True(proxy.Cuts > 0, "Nothing was cut.");
    }

    [Fact]
    public async Task AStoreThatIsAwayForAMomentIsWaitedFor()
    {
        await using var away = new ApiHost();
        await away.OpenAsync();
        await using var client = Client(away.Address, away.KeyOf[AccessRole.Read]);
        away.Store.Outage = new(away.Store.Name, "The store is away on purpose.");
        var asking = client.OwnerAsync(Token);
        using var http = away.Client(AccessRole.Read);
        using var refused = await http.GetAsync("/api/v1/me", Token);
        Assert.Equal(503, (int)refused.StatusCode);
        away.Store.Outage = null;
        Assert.Equal("Read", (await asking).Name);
    }

    [Fact]
    public async Task AKeyThatIsRevokedEndsTheWatch()
    {
        using var hold = new SemaphoreSlim(0);
        host.Device.BeforeBatch = (_, cancelled) => hold.WaitAsync(cancelled);
        var made = await host.Keys.CreateAsync("soon", AccessRole.Read, lifetime: null, Token);
        await using var direct = Client(host.Address, host.KeyOf[AccessRole.Submit]);
        await using var client = Client(host.Address, made.Text);
        var spec = FakePlanner.Spec(121);
        var id = (await direct.PlanAsync(spec, Token)).Id;
        await direct.SubmitAsync(id, spec, new(), Token);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(async () =>
        {
            await foreach (var _ in client.FollowAsync(id, Token))
            {
                await host.Keys.RevokeAsync(made.Key.Id, Token);
            }
        });
        Assert.Equal((401, "no-valid-key"), (refused.Status, refused.Kind));
        Assert.Contains("'soon'", refused.Message, StringComparison.Ordinal);
        await direct.CancelAsync(id, Token);
        // Who still waits must not wait for what is gone.
        hold.Release(100);
    }

    [Fact]
    public async Task ASweepThatIsDeletedEndsTheWatchThoughNobodyHeardThatItHadEnded()
    {
        var plan = await host.Planner.PlanAsync(FakePlanner.Spec(122), Token);
        await new SweepStore(host.Store).CreateAsync(plan, Token);
        using var admin = host.Client(AccessRole.Admin);
        await using var client = Client(host.Address, host.KeyOf[AccessRole.Read]);
        async Task FollowAsync()
        {
            await foreach (var status in client.FollowAsync(plan.Id, Token))
            {
                Assert.Equal(SweepState.Planned, status.State);
                await admin.DeleteAsync($"/api/v1/sweeps/{plan.Id}", Token);
            }
        }

        await FollowAsync().WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task ARoleThatIsTooLowIsToldInTheWordsOfTheCluster()
    {
        await using var client = Client(host.Address, host.KeyOf[AccessRole.Read]);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.PlanAsync(FakePlanner.Spec(8), Token));
        Assert.Equal((403, "role-too-low"), (refused.Status, refused.Kind));
        Assert.Contains("has the role read; POST of this needs submit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MistakesOfASpecComeOneByOne()
    {
        await using var client = Client(host.Address, host.KeyOf[AccessRole.Submit]);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.PlanAsync("{\"models\": [{\"model\": \"fakeent\"}, {\"model\": \"faknet\"}]}", Token));
        Assert.Equal((422, "spec-with-mistakes"), (refused.Status, refused.Kind));
        Assert.Equal(2, refused.Errors.Count);
    }

    [Fact]
    public async Task AServerIsTrustedByItsAuthorityAndByNoOther()
    {
        using var folder = new TemporaryFolder();
        using TestAuthority authority = new(), foreign = new();
        await using var secret = new ApiHost { Certificate = HttpCertificate.Open(authority.Issue(folder.Path), TimeProvider.System, _ => { }) };
        await secret.OpenAsync();
        await using var trusting = new HttpSweepClient(Connection(secret) with { Authorities = Certificates(authority) }, TimeProvider.System);
        Assert.Equal("read", (await trusting.OwnerAsync(Token)).Role);
        foreach (var connection in new[] { Connection(secret), Connection(secret) with { Authorities = Certificates(foreign) } })
        {
            await using var wary = new HttpSweepClient(connection, TimeProvider.System);
            var error = await Assert.ThrowsAsync<ClusterUnreachableException>(() => wary.OwnerAsync(Token));
            Assert.Contains("--ca FILE", error.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => host.Device.BeforeBatch = (_, _) => Task.CompletedTask;

    private static ApiConnection Connection(ApiHost host) => new(ClusterWithApi.Http(host.Address), host.KeyOf[AccessRole.Read]);

    private static X509Certificate2Collection Certificates(TestAuthority authority)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(authority.Pem);
        return all;
    }

    private static HttpSweepClient Client(Uri address, string key) => new(new(ClusterWithApi.Http(address), key), TimeProvider.System);
}

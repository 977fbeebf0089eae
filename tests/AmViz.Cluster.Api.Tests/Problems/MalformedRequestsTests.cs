using System.Net;
using System.Text;

namespace AmViz.Cluster.Api.Tests.Problems;

public sealed class MalformedRequestsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/v1/sweeps?stat=running", null, 400, "Known are state, limit, after")]
    [InlineData("GET", "/api/v1/sweeps?state=runing", null, 400, "Expected one of planned, running")]
    [InlineData("GET", "/api/v1/sweeps?limit=many", null, 400, "limit")]
    [InlineData("GET", "/api/v1/sweeps?limit=0", null, 400, "Expected 1 to 1000")]
    [InlineData("GET", "/api/v1/sweeps/nothing", null, 404, "16 small hexadecimal digits")]
    [InlineData("GET", "/api/v1/sweeps/0123456789abcdef/manifest", null, 404, "no sweep '0123456789abcdef'")]
    [InlineData("GET", "/api/v1/nothing", null, 404, "openapi.json")]
    [InlineData("DELETE", "/api/v1/sweeps", null, 404, "There is no DELETE of")]
    [InlineData("POST", "/api/v1/sweeps", "{", 422, "'errors' names each")]
    [InlineData("POST", "/api/v1/sweeps", "{\"models\": [{\"model\": \"fakeent\"}]}", 422, "'errors' names each")]
    [InlineData("POST", "/api/v1/sweeps/0123456789abcdef/retry", "{\"outcome\": \"rendered\"}", 422, "Expected failed, dead or notFinite")]
    [InlineData("POST", "/api/v1/sweeps/0123456789abcdef/retry", "{\"laier\": \"x\"}", 422, "Expected outcome, model, layer, error and errorIs")]
    public async Task EveryProblemSaysWhatWasFoundAndExpected(string method, string path, string? body, int status, string detail)
    {
        using var client = host.Client(AccessRole.Admin);
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : ApiHost.Json(body) };
        using var answer = await client.SendAsync(request, Token);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await ApiHost.ReadAsync(answer);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.StartsWith("urn:amviz:problem:", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherMediaTypeAndAMegabyteTooManyAreRefused()
    {
        using var client = host.Client(AccessRole.Submit);
        using var form = await client.PostAsync("/api/v1/sweeps", new StringContent("{}", Encoding.UTF8, "application/x-www-form-urlencoded"), Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        Assert.Contains("-H 'Content-Type: application/yaml'", (await ApiHost.ReadAsync(form)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var large = await client.PostAsync("/api/v1/plans", ApiHost.Json(new string(' ', (1 << 20) + 1)), Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal("application/problem+json", large.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task AStoreOutOfReachIsToldWithWhenToTryAgain()
    {
        await using var away = new ApiHost();
        await away.OpenAsync();
        using var client = away.Client(AccessRole.Submit);
        away.Store.Outage = new(away.Store.Name, "The store is away on purpose.");
        using var answer = await client.GetAsync("/api/v1/sweeps", Token);
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, string.Join('\n', away.Log));
        Assert.Equal("urn:amviz:problem:store-away", (await ApiHost.ReadAsync(answer)).GetProperty("type").GetString());
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task ASiloThatHasNotJoinedSaysWhenToTryAgain()
    {
        await using var alone = new ApiHost();
        await alone.OpenAsync();
        using var client = alone.Client(AccessRole.Submit);
        using var answer = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(8)), Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(2, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal("urn:amviz:problem:cluster-away", (await ApiHost.ReadAsync(answer)).GetProperty("type").GetString());
        Assert.DoesNotContain(await alone.PathsAsync(), path => path.StartsWith("sweeps/", StringComparison.Ordinal));
    }
}

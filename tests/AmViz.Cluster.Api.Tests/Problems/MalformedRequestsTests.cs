using System.Collections.Concurrent;
using System.Net;
using System.Text;
using CsCheck;

namespace AmViz.Cluster.Api.Tests.Problems;

public sealed class MalformedRequestsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"];

    private static readonly string[] Segments =
        ["sweeps", "plans", "devices", "networks", "keys", "openapi.json", "0123456789abcdef", "0123456789ABCDEF", "tasks", "fakenet", "conv_1", "3", "-1", "99999999999999999999", "manifest", "pictures", "failures", "events", "retry", "pause", "%00", "%2F", "..", "%", "ä", " ", "x", ""];

    private static readonly string[] Queries =
        ["", "?", "?state=running", "?state=RUNNING", "?state=7", "?limit=abc", "?limit=-1", "?limit=99999999999", "?limit=1&limit=2", "?after=x", "?seed=1e9", "?format=xml", "?priority=high", "?share=0", "?pool=A", "?again=maybe", "?unknown=1", "?%", "?=&&="];

    private static readonly string[] Types = ["application/json", "application/yaml", "text/plain", "application/json; charset=utf-16", "nonsense", ""];

    private static readonly string[] Bodies =
        ["", "{", "null", "[]", "7", "{}", "{\"models\": 3}", "{\"models\": [{\"model\": \"fakenet\"}], \"seeds\": [-1]}", "{\"outcome\": \"rendered\"}", "{\"outcome\": 3}", "{\"layer\": 7}", "{\"colour\": 1}", "{\"priority\": 1}", "{\"share\": 1e9}", "\u00ff\u00fe", "\"" + new string('x', 2000)];

    private static readonly string[] Known =
    [
        "GET sweeps", "POST sweeps", "POST sweeps", "POST plans", "POST plans", "PUT sweeps/0123456789abcdef", "GET devices", "GET keys", "GET sweeps/0123456789abcdef", "POST sweeps/0123456789abcdef/retry",
        "POST sweeps/0123456789abcdef/retry", "POST sweeps/0123456789abcdef/pause", "GET sweeps/0123456789abcdef/failures", "GET sweeps/0123456789abcdef/manifest", "GET sweeps/0123456789abcdef/events",
        "GET sweeps/0123456789abcdef/tasks/a%2Fb/b/1", "GET sweeps/0123456789abcdef/pictures/results/a", "GET openapi.json", "PATCH sweeps/0123456789abcdef", "GET audit", "POST uploads/20260101T000000-0123456789abcdef/complete", "PUT uploads/20260101T000000-0123456789abcdef/files/a", "DELETE sweeps/0123456789abcdef", "POST estimates",
    ];

    private static readonly Gen<string> Targets = Gen.OneOf<string>(
        Gen.OneOf(Known), Gen.OneOf(Known), Gen.Select(Gen.OneOf(Methods), Gen.OneOf(Segments).Array[0, 6], (method, segments) => $"{method} {string.Join('/', segments)}"));

    // Most queries are wrong, and would hide what is wrong with a body.
    private static readonly Gen<string> MostlyNoQuery = Gen.OneOf<string>(Gen.Const(""), Gen.Const(""), Gen.OneOf(Queries));

    private static readonly Gen<(string Method, string Path, string Query, string Type, string Body)> Requests =
        Gen.Select(Targets, MostlyNoQuery, Gen.OneOf(Types), Gen.OneOf(Bodies), (target, query, type, body) => (target.Split(' ', 2)[0], "/api/v1/" + target.Split(' ', 2)[1], query, type, body));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FiveHundredMalformedRequestsAreNobodysFaultHere()
    {
        var statuses = new ConcurrentDictionary<int, int>();
        await Requests.SampleAsync(
            async request =>
            {
                var status = await SendAsync(request.Method, request.Path + request.Query, request.Type, request.Body);
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                return status is >= 200 and < 500;
            },
            iter: 500, threads: 1);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("  ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")));
        Assert.DoesNotContain(host.Log, line => line.Contains("nobody foresaw", StringComparison.Ordinal));
    }

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

    private async Task<int> SendAsync(string method, string target, string type, string body)
    {
        var header = type.Length == 0 ? "" : $"Content-Type: {type}\r\n";
        var (status, _) = await RawHttp.SendAsync(
            host.Address,
            $"{method} {target.Replace(" ", "%20", StringComparison.Ordinal)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {host.KeyOf[AccessRole.Admin]}\r\n{header}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}",
            Token);
        return status;
    }
}

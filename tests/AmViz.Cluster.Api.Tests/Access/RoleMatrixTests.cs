using System.Net;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>What opens to whom besides the matrix of <see cref="RoleMatrix"/>.</summary>
public sealed class RoleMatrixTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryEndpointOpensToItsRoleAndToHigherOnesAndToNobodyElseAndTheAuditHasALineOfEachRequestThatChangedSomethingOrWasRefused()
    {
        await using var alone = new ApiHost();
        await alone.InitializeAsync();
        var matrix = await RoleMatrix.MakeAsync(alone, Token);
        Assert.True(matrix.Endpoints.Count >= 20, $"The document names {matrix.Endpoints.Count} endpoints.");
        Assert.All(matrix.Endpoints.Where(endpoint => endpoint.Method != "GET"), endpoint => Assert.True(endpoint.Role >= AccessRole.Submit, $"{endpoint} changes something for readers."));
        var answers = await matrix.AskAllAsync(Token);
        Assert.Equal(matrix.Endpoints.Count * matrix.Holders.Count, answers.Count);
        Assert.DoesNotContain(answers, answer => !answer.IsRight);

        // The log has a line each; the store too, except that it counts the refusals of strangers.
        var audited = answers.Where(answer => answer.IsAudited).ToArray();
        Assert.Equal(
            audited.Select(answer => answer.LogLine).Order(StringComparer.Ordinal),
            alone.Log.Where(line => line.StartsWith(RoleMatrix.LogPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        await alone.DisposeAsync();
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow() + AuditHistory.Settling + TimeSpan.FromSeconds(1));
        var kept = (await new AuditHistory(alone.Store, later).ReadAsync(after: null, int.MaxValue - 1, Token)).Lines.Select(line => line.Request).ToArray();
        Assert.All(kept, line => Assert.Null(line.Lost));
        var letIn = audited.Where(answer => answer.Holder.IsLetIn).ToArray();
        Assert.Equal(
            letIn.Select(answer => answer.LogLine).Order(StringComparer.Ordinal),
            kept.Where(line => line.Status != 401).Select(RoleMatrix.LogLineOf).Order(StringComparer.Ordinal));
        Assert.Equal(
            audited.Where(answer => !answer.Holder.IsLetIn).CountBy(answer => answer.Holder.Id).OrderBy(count => count.Key, StringComparer.Ordinal),
            kept.Where(line => line.Status == 401).GroupBy(line => line.Id).Select(line => KeyValuePair.Create(line.Key, (int)line.Sum(one => one.Requests ?? 1))).OrderBy(count => count.Key, StringComparer.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{matrix.Endpoints.Count} endpoints x {matrix.Holders.Count} kinds of keys and tokens = {answers.Count} requests, all right; {audited.Length} lines in the log, {kept.Length} in the store for as many requests");
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/sweeps")]
    [InlineData("/API/V1/SWEEPS")]
    [InlineData("/api/v1/reference")]
    [InlineData("/api/v1/openapi.json")]
    public async Task WithoutAKeyNobodyLearnsWhatThereIs(string path)
    {
        foreach (var method in Methods)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(method, path, key: null));
        }
    }

    [Fact]
    public async Task HealthAndMetricsAskForNoKey()
    {
        using var client = host.Client(key: null);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/metrics", Token)).StatusCode);
    }

    [Fact]
    public async Task AKeyInTheAddressOrInACookieOpensNothing()
    {
        using var client = host.Client(key: null);
        var key = host.KeyOf[AccessRole.Admin];
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"/api/v1/sweeps?access_token={key}", Token)).StatusCode);
        client.DefaultRequestHeaders.Add("Cookie", $"Authorization=Bearer {key}; key={key}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/sweeps", Token)).StatusCode);
    }

    [Fact]
    public async Task RefusalsSayWhatToDo()
    {
        using var nobody = host.Client(key: null);
        using var refused = await nobody.GetAsync("/api/v1/sweeps", Token);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("amviz keys create", (await ApiHost.ReadAsync(refused)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var reader = host.Client(AccessRole.Read);
        using var forbidden = await reader.PostAsync("/api/v1/sweeps/0123456789abcdef/cancel", content: null, Token);
        var problem = await ApiHost.ReadAsync(forbidden);
        Assert.Equal("urn:amviz:problem:role-too-low", problem.GetProperty("type").GetString());
        Assert.Contains("has the role read; POST of this needs submit", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARevokedKeyOpensNothingAfterASecond()
    {
        var made = await host.Keys.CreateAsync("soon", AccessRole.Read, lifetime: null, Token);
        using var client = host.Client(made.Text);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/devices", Token)).StatusCode);
        await host.Keys.RevokeAsync(made.Key.Id, Token);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while ((await client.GetAsync("/api/v1/devices", Token)).StatusCode == HttpStatusCode.OK)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), "The revocation was not noticed within a second.");
        }
    }

    [Fact]
    public async Task ChangesAndRefusalsAreAuditedWithoutSecretsAndLooksAreNot()
    {
        var secret = host.KeyOf[AccessRole.Submit];
        using var client = host.Client(secret);
        await client.PostAsync("/api/v1/sweeps/00000000000000aa/pause", content: null, Token);
        await client.GetAsync("/api/v1/keys", Token);
        await client.GetAsync("/api/v1/sweeps/00000000000000bb", Token);
        await client.PostAsync("/api/v1/sweeps/a%0AKey%20none/pause", content: null, Token);
        var lines = host.Log.Where(line => line.StartsWith("AmViz.Cluster.Api.Audit: ", StringComparison.Ordinal)).ToArray();
        Assert.Contains(lines, line => line.EndsWith("(Submit): POST /api/v1/sweeps/00000000000000aa/pause answered 404.", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("(Submit): GET /api/v1/keys answered 403.", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("00000000000000bb", StringComparison.Ordinal) || line.Contains('\n', StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log, line => line.Contains("challenged", StringComparison.Ordinal) || line.Contains("forbidden", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log, line => line.Contains(secret.Split('_')[2], StringComparison.Ordinal));
    }

    private async Task<HttpStatusCode> AskAsync(string method, string path, string? key)
    {
        using var client = host.Client(key);
        using var request = new HttpRequestMessage(new(method.ToUpperInvariant()), path);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        return answer.StatusCode;
    }
}

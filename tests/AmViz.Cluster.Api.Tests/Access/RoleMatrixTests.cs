using System.Net;
using System.Text.Json;

namespace AmViz.Cluster.Api.Tests.Access;

/// <summary>Every endpoint that the document of the API names, with every kind of key and of token.</summary>
public sealed class RoleMatrixTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryEndpointOpensToItsRoleAndToHigherOnesAndToNobodyElse()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var expired = await host.Keys.CreateAsync("expired", AccessRole.Admin, TimeSpan.FromTicks(1), Token);
        var revoked = await host.Keys.CreateAsync("revoked", AccessRole.Admin, lifetime: null, Token);
        // A second after its revocation a key that was just used opens nothing.
        using (var client = host.Client(revoked.Text))
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/devices", Token)).StatusCode);
        }

        await host.Keys.RevokeAsync(revoked.Key.Id, Token);
        var revokedAt = System.Diagnostics.Stopwatch.StartNew();
        var closed = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["nothing"] = null,
            ["garbage"] = "garbage",
            ["a wrong secret"] = $"{host.KeyOf[AccessRole.Admin]}0",
            ["an expired key"] = expired.Text,
            ["a revoked key"] = revoked.Text,
            ["an expired token"] = host.Issuer.Token("keepers", token => (token.NotBefore, token.Expires) = (now.AddHours(-2), now.AddHours(-1))),
            ["a token of the future"] = host.Issuer.Token("keepers", token => token.NotBefore = now.AddMinutes(30)),
            ["a token for others"] = host.Issuer.Token("keepers", token => token.Audience = "others"),
            ["a token of others"] = host.Issuer.Token("keepers", token => token.Issuer = "http://127.0.0.1:1"),
            ["an unsigned token"] = host.Issuer.Token("keepers", token => token.SigningCredentials = null),
            ["a token of an unknown key"] = host.Issuer.Token("keepers", token => token.SigningCredentials = new(StandInIssuer.NewKey(), "ES256")),
        };
        var open = host.KeyOf.Select(key => (What: "a key", key.Key, key.Value)).Concat(
            [("a token", AccessRole.Read, host.Issuer.Token("viewers")), ("a token", AccessRole.Submit, host.Issuer.Token("drawers")), ("a token", AccessRole.Admin, host.Issuer.Token("keepers"))]).ToArray();
        var endpoints = await EndpointsAsync();
        Assert.True(endpoints.Count >= 20, $"The document names {endpoints.Count} endpoints.");
        Assert.All(endpoints.Where(endpoint => endpoint.Method != "get"), endpoint => Assert.True(endpoint.Role >= AccessRole.Submit, $"{endpoint.Method} {endpoint.Path} changes something for readers."));
        while (revokedAt.Elapsed < TimeSpan.FromSeconds(1))
        {
            await Task.Delay(20, Token);
        }

        var wrong = new List<string>();
        foreach (var (method, path, role) in endpoints)
        {
            foreach (var (what, key) in closed)
            {
                Note(wrong, method, path, what, await AskAsync(method, path, key), status => status == HttpStatusCode.Unauthorized);
            }

            foreach (var (what, own, key) in open)
            {
                Note(wrong, method, path, $"{what} for {own}", await AskAsync(method, path, key), status => (status == HttpStatusCode.Forbidden) == (own < role) && status != HttpStatusCode.Unauthorized && (int)status < 500);
            }
        }

        Assert.Empty(wrong);
        TestContext.Current.TestOutputHelper?.WriteLine($"{endpoints.Count} endpoints, {endpoints.Count * (closed.Count + open.Length)} requests");
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

    private static void Note(List<string> wrong, string method, string path, string key, HttpStatusCode found, Func<HttpStatusCode, bool> isRight)
    {
        if (!isRight(found))
        {
            wrong.Add($"{method} {path} with {key}: {(int)found}");
        }
    }

    private async Task<IReadOnlyList<(string Method, string Path, AccessRole Role)>> EndpointsAsync()
    {
        using var client = host.Client(AccessRole.Read);
        var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/openapi.json", Token)).RootElement;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select (operation.Name, path.Name, Enum.Parse<AccessRole>(operation.Value.GetProperty("x-amviz-role").GetString()!, ignoreCase: true)),
        ];
    }

    private async Task<HttpStatusCode> AskAsync(string method, string path, string? key)
    {
        using var client = host.Client(key);
        var address = path.Replace("{id}", "0123456789abcdef", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(method.ToUpperInvariant()), address);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        return answer.StatusCode;
    }
}

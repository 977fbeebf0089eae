using System.Net;
using System.Text.Json;

namespace AmViz.Cluster.Api.Tests.Access;

public sealed class AuditEndpointTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryChangeAndRefusalIsReadBackOnceByAnAdmin()
    {
        using var nobody = host.Client(key: null);
        using var submitter = host.Client(AccessRole.Submit);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/v1/devices?x=1", Token)).StatusCode);
        await submitter.PostAsync("/api/v1/sweeps/00000000000000dd/pause", content: null, Token);
        await submitter.GetAsync("/api/v1/sweeps/00000000000000dd", Token);
        Assert.Equal(HttpStatusCode.Forbidden, (await submitter.GetAsync("/api/v1/audit", Token)).StatusCode);

        using var admin = host.Client(AccessRole.Admin);
        JsonElement[] lines;
        do
        {
            await Task.Delay(50, Token);
            lines = [.. (await ApiHost.ReadAsync(await admin.GetAsync("/api/v1/audit", Token))).GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("request"))];
        }
        while (lines.Length < 3);

        Assert.Equal(["/api/v1/devices 401 none", "/api/v1/sweeps/00000000000000dd/pause 404 Submit", "/api/v1/audit 403 Submit"], lines.Select(line => $"{line.GetProperty("path")} {line.GetProperty("status")} {line.GetProperty("name")}"));
        Assert.All(lines, line => Assert.Equal("127.0.0.1", line.GetProperty("address").GetString()));
    }

    [Fact]
    public async Task AnUnknownPositionIsRefused()
    {
        using var admin = host.Client(AccessRole.Admin);
        using var answer = await admin.GetAsync("/api/v1/audit?after=yesterday", Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Expected 'next' of the page before", (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}

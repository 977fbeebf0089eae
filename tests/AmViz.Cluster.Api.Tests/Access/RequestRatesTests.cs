using System.Net;

namespace AmViz.Cluster.Api.Tests.Access;

public sealed class RequestRatesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKeyThatAsksTooMuchIsToldWhenToGoOnAndOthersNoticeNothing()
    {
        await using var host = new ApiHost { Limits = new() { KeyRate = 1, KeyBurst = 5, RefusalRate = 1, RefusalBurst = 5 } };
        await host.OpenAsync();
        using var busy = host.Client(AccessRole.Admin);
        using var refused = await UntilAsync(busy, HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        var problem = await ApiHost.ReadAsync(refused);
        Assert.Equal("urn:amviz:problem:too-many-requests", problem.GetProperty("type").GetString());
        Assert.Contains("'Admin' has made more requests", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        var other = await host.Keys.CreateAsync("other", AccessRole.Admin, lifetime: null, Token);
        using var quiet = host.Client(other.Text);
        Assert.Equal(HttpStatusCode.OK, (await quiet.GetAsync("/api/v1/keys", Token)).StatusCode);

        // Whoever presents nothing valid is counted by address, as the first request of a key is (two so far), and a valid key of the same address still opens.
        using var guesser = host.Client("amviz_0123456789ab_wrong");
        using var stopped = await UntilAsync(guesser, HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.TooManyRequests, stopped.StatusCode);
        using var nobody = host.Client(key: null);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await nobody.GetAsync("/api/v1/keys", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await quiet.GetAsync("/api/v1/keys", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("/metrics", Token)).StatusCode);
        Assert.Contains(host.Log, line => line.EndsWith("Key none (none): GET /api/v1/keys answered 429.", StringComparison.Ordinal));
    }

    /// <summary>Asks until the answer is another one than at first.</summary>
    private static async Task<HttpResponseMessage> UntilAsync(HttpClient client, HttpStatusCode first)
    {
        for (var asked = 0; asked < 100; asked++)
        {
            var answer = await client.GetAsync("/api/v1/keys", Token);
            if (answer.StatusCode != first)
            {
                Assert.True(asked >= 3, $"After {asked} requests: {(int)answer.StatusCode}.");
                return answer;
            }

            answer.Dispose();
        }

        throw new Xunit.Sdk.XunitException("A hundred requests were answered.");
    }
}

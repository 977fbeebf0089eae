using System.Net;
using System.Text.Json;

namespace AmViz.Cluster.Api.Tests.Sweeps;

/// <summary>Who goes first, and how that is changed. Nothing is drawn meanwhile.</summary>
public sealed class RankTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private readonly TaskCompletionSource _hold = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        host.Device.BeforeBatch = (_, cancelled) => _hold.Task.WaitAsync(cancelled);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _hold.TrySetResult();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task AStatusSaysWhoIsAheadAndAnotherPriorityChangesIt()
    {
        using var client = host.Client(AccessRole.Submit);
        var (low, high, equal, elsewhere) = (await SubmitAsync(client, 301, "?pool=big"), await SubmitAsync(client, 302, "?priority=5"), await SubmitAsync(client, 303, "?share=4"), await SubmitAsync(client, 304, "?priority=9&pool=small"));
        var queue = await QueueAsync(client, low);
        Assert.Equal(2, queue.GetProperty("position").GetInt32());
        var ahead = Assert.Single(queue.GetProperty("ahead").EnumerateArray());
        Assert.Equal((high, 5), (ahead.GetProperty("id").GetString(), ahead.GetProperty("priority").GetInt32()));
        Assert.Equal((equal, 4), (queue.GetProperty("beside")[0].GetProperty("id").GetString(), queue.GetProperty("beside")[0].GetProperty("share").GetInt32()));
        Assert.DoesNotContain(elsewhere, queue.ToString(), StringComparison.Ordinal);
        // Its shards report within seconds.
        while ((queue = await QueueAsync(client, low)).GetProperty("openAhead").GetInt64() != 10)
        {
            await Task.Delay(50, Token);
        }

        Assert.Equal(10, queue.GetProperty("ahead")[0].GetProperty("open").GetInt64());

        using var changed = await client.PatchAsync($"/api/v1/sweeps/{low}", ApiHost.Json("""{"priority": 6}"""), Token);
        Assert.Equal((6, 1), Rank(await ApiHost.ReadAsync(changed)));
        Assert.Equal(1, (await QueueAsync(client, low)).GetProperty("position").GetInt32());
        using var shared = await client.PatchAsync($"/api/v1/sweeps/{low}", ApiHost.Json("""{"share": 7}"""), Token);
        Assert.Equal((6, 7), Rank(await ApiHost.ReadAsync(shared)));

        // Paused it keeps its rank and has no place; cancelled no rank is taken.
        await client.PostAsync($"/api/v1/sweeps/{low}/pause", content: null, Token);
        using var paused = await client.PatchAsync($"/api/v1/sweeps/{low}", ApiHost.Json("""{"priority": -2}"""), Token);
        Assert.Equal((-2, 7), Rank(await ApiHost.ReadAsync(paused)));
        Assert.Equal(JsonValueKind.Null, (await QueueAsync(client, low)).ValueKind);
        await client.PostAsync($"/api/v1/sweeps/{low}/cancel", content: null, Token);
        using var ended = await client.PatchAsync($"/api/v1/sweeps/{low}", ApiHost.Json("""{"priority": 1}"""), Token);
        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
        Assert.Contains("is cancelled; its rank would change nothing", (await ApiHost.ReadAsync(ended)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARankOutlivesTheCoordinator()
    {
        string id;
        var first = new ApiHost();
        await using (first)
        {
            await first.InitializeAsync();
            first.Device.BeforeBatch = (_, cancelled) => _hold.Task.WaitAsync(cancelled);
            using var client = first.Client(AccessRole.Submit);
            id = await SubmitAsync(client, 310, "?priority=1");
            await client.PatchAsync($"/api/v1/sweeps/{id}", ApiHost.Json("""{"priority": 8, "share": 9}"""), Token);
        }

        await using var second = new ApiHost { Store = first.Store };
        second.Device.BeforeBatch = (_, cancelled) => _hold.Task.WaitAsync(cancelled);
        await second.InitializeAsync();
        using var later = second.Client(AccessRole.Read);
        var status = await ApiHost.ReadAsync(await later.GetAsync($"/api/v1/sweeps/{id}", Token));
        Assert.Equal((8, 9), Rank(status));
        Assert.StartsWith("key:", status.GetProperty("owner").GetString(), StringComparison.Ordinal);
        Assert.Equal("running", status.GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("{}", "Found neither priority nor share")]
    [InlineData("null", "Found neither priority nor share")]
    [InlineData("""{"share": 0}""", "share: 0 is out of range")]
    [InlineData("""{"share": 1001}""", "Expected an object with priority, a whole number, or share, 1 to 1000")]
    [InlineData("""{"priority": "high"}""", "Expected an object with priority")]
    [InlineData("""{"prio": 1}""", "Expected an object with priority")]
    [InlineData("[", "Expected an object with priority")]
    public async Task ARankThatIsNoneIsRefused(string body, string words)
    {
        using var client = host.Client(AccessRole.Submit);
        using var answer = await client.PatchAsync("/api/v1/sweeps/0123456789abcdef", ApiHost.Json(body), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(words, (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static (int, int) Rank(JsonElement status) => (status.GetProperty("rank").GetProperty("priority").GetInt32(), status.GetProperty("rank").GetProperty("share").GetInt32());

    private static async Task<string> SubmitAsync(HttpClient client, int steps, string query)
    {
        using var answer = await client.PostAsync($"/api/v1/sweeps{query}", ApiHost.Json(FakePlanner.Spec(steps)), Token);
        return (await ApiHost.ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> QueueAsync(HttpClient client, string id)
        => (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}", Token))).GetProperty("queue");
}

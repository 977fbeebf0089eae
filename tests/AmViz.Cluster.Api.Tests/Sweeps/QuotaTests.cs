using System.Net;
using System.Text.Json;
using AmViz.Sweeps;

namespace AmViz.Cluster.Api.Tests.Sweeps;

/// <summary>What a key may take of the cluster. No picture is drawn: all that is submitted stays live until it is cancelled.</summary>
public sealed class QuotaTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private TaskCompletionSource _hold = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Hold();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _hold.TrySetResult();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task TwentySweepsAtOnceAreLetInOnlyAsFarAsTheirChannelsFit()
    {
        using var client = await ClientAsync(new() { MaxChannels = 35 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(200 + number)), Token)));
        var created = answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).ToArray();
        Assert.Equal(3, created.Length);
        var refused = answers.First(answer => answer.StatusCode != HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var problem = await ApiHost.ReadAsync(refused);
        Assert.Equal("urn:amviz:problem:too-many-channels", problem.GetProperty("type").GetString());
        Assert.Contains("may have 35 channels open at once. This sweep has 10, and its other live sweeps have 30 open. Wait until they are further", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        // What is let in is let in, however often it is said.
        var first = await ApiHost.ReadAsync(created[0]);
        Assert.StartsWith("key:", first.GetProperty("owner").GetString(), StringComparison.Ordinal);
        var spec = FakePlanner.Spec(first.GetProperty("steps").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/v1/sweeps", ApiHost.Json(spec), Token)).StatusCode);

        // Also while it is paused it has its channels; cancelled it has none.
        await client.PostAsync($"{created[0].Headers.Location}/pause", content: null, Token);
        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(230)), Token)).StatusCode);
        await client.PostAsync($"{created[0].Headers.Location}/cancel", content: null, Token);
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(230)), Token)).StatusCode);

        // Another key has channels of its own.
        using var other = host.Client(AccessRole.Submit);
        Assert.Equal(HttpStatusCode.Created, (await other.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(231)), Token)).StatusCode);
    }

    [Fact]
    public async Task ASweepThatCanNeverFitIsToldSo()
    {
        using var client = await ClientAsync(new() { MaxChannels = 9 });
        using var answer = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(240)), Token);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("Make several sweeps of it", (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARetryOfASweepThatHasEndedTakesItsChannelsOfWhoAsks()
    {
        // Somebody else's, whose channels all died.
        (host.Device.BeforeBatch, host.Device.Outcome) = ((_, _) => Task.CompletedTask, _ => ChannelOutcome.Dead);
        // What other tests left live may have begun a batch meanwhile, for which the device is held.
        _hold.SetResult();
        var id = await host.DrawAsync(260);
        Hold();
        const string Dead = """{"outcome": "dead"}""";
        using var client = await ClientAsync(new() { MaxChannels = 15, MaxPriority = 0 });
        using var other = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(261)), Token);
        using var refused = await client.PostAsync($"/api/v1/sweeps/{id}/retry", ApiHost.Json(Dead), Token);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("This sweep has 10, and its other live sweeps have 10 open", (await ApiHost.ReadAsync(refused)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        await client.PostAsync($"{other.Headers.Location}/cancel", content: null, Token);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/api/v1/sweeps/{id}/retry", ApiHost.Json(Dead), Token)).StatusCode);
        // It is live: as often as it is asked for, its channels count once, and they count.
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/api/v1/sweeps/{id}/retry", ApiHost.Json(Dead), Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(262)), Token)).StatusCode);
        var owner = (await ApiHost.ReadAsync(await client.GetAsync("/api/v1/me", Token))).GetProperty("id").GetString();
        Assert.Equal($"key:{owner}", (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}", Token))).GetProperty("owner").GetString());
    }

    [Theory]
    [InlineData("?priority=3", HttpStatusCode.Forbidden, "may give a priority of at most 2; this would be 3")]
    [InlineData("?priority=2", HttpStatusCode.Forbidden, "the sweep would be for every pool. Give pool=big or pool=small.")]
    [InlineData("?pool=any", HttpStatusCode.Forbidden, "the sweep would be for every pool")]
    [InlineData("?pool=huge", HttpStatusCode.Forbidden, "may submit to the pools 'big', 'small'; the sweep would be for the pool 'huge'")]
    [InlineData("?priority=-1&pool=small", HttpStatusCode.Created, null)]
    public async Task PriorityAndPoolAreThoseThatTheKeyMayGive(string query, HttpStatusCode status, string? words)
    {
        using var client = await ClientAsync(new() { MaxPriority = 2, Pools = ["big", "small"] });
        using var answer = await client.PostAsync($"/api/v1/sweeps{query}", ApiHost.Json(FakePlanner.Spec(250)), Token);
        Assert.Equal(status, answer.StatusCode);
        if (words is not null)
        {
            Assert.Contains(words, (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
            return;
        }

        using var raised = await client.PatchAsync($"{answer.Headers.Location}", ApiHost.Json("""{"priority": 3}"""), Token);
        Assert.Equal(HttpStatusCode.Forbidden, raised.StatusCode);
        Assert.Equal("urn:amviz:problem:priority-too-high", (await ApiHost.ReadAsync(raised)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task ASpecOfTooManyPicturesIsRefusedWhereverItIsSent()
    {
        using var client = host.Client(AccessRole.Submit);
        var spec = JsonSerializer.Serialize(new SweepSpec { Models = [new() { Model = FakePlanner.Network.Name }], Recipe = Recipes.Paper, Seeds = [.. Enumerable.Range(0, 101)] }, SweepJson.Compact);
        foreach (var address in new[] { "/api/v1/plans", "/api/v1/sweeps" })
        {
            using var answer = await client.PostAsync(address, ApiHost.Json(spec), Token);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("The spec comes to 1010 pictures. Expected at most 1000", (await ApiHost.ReadAsync(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Holds every batch that begins from now on, until the end of the test.</summary>
    private void Hold()
    {
        var hold = _hold = new();
        (host.Device.BeforeBatch, host.Device.Outcome) = ((_, cancelled) => hold.Task.WaitAsync(cancelled), _ => ChannelOutcome.Rendered);
    }

    private async Task<HttpClient> ClientAsync(KeyQuota quota)
        => host.Client((await host.Keys.CreateAsync("quota", AccessRole.Submit, lifetime: null, Token, quota)).Text);
}

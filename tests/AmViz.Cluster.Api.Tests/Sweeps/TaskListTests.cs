using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class TaskListTests(ApiHost host) : IClassFixture<ApiHost>
{
    // Far longer than rows take, far shorter than everything is read anew.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChannelsAreFoundByLayerStateAndErrorAndPagesMissNone()
    {
        var id = await DrawAsync(61);
        using var client = host.Client(AccessRole.Read);
        Assert.Equal((10, 10), await CountAsync(client, id, ""));
        Assert.Equal((4, 4), await CountAsync(client, id, "?layer=logits"));
        Assert.Equal((0, 0), await CountAsync(client, id, "?layer=nolayer"));
        Assert.Equal((7, 7), await CountAsync(client, id, "?state=rendered"));
        Assert.Equal((2, 2), await CountAsync(client, id, "?state=failed&error=MEMORY"));
        Assert.Equal((2, 1), await CountAsync(client, id, "?state=failed&error=memory&limit=1"));
        Assert.Equal((0, 0), await CountAsync(client, id, "?state=failed&errorIs=memory"));
        Assert.Equal((1, 1), await CountAsync(client, id, "?state=dead"));
        Assert.Equal((0, 0), await CountAsync(client, id, "?state=open"));
        foreach (var order in new[] { "plan", "newest" })
        {
            var found = await PagesAsync(client, id, $"?order={order}&limit=3");
            Assert.Equal(10, found.Count);
            Assert.Equal(10, found.Select(task => (task.GetProperty("layer").GetString(), task.GetProperty("channel").GetInt32())).Distinct().Count());
            var times = found.Select(task => task.GetProperty("at").GetDateTimeOffset()).ToArray();
            Assert.True(order == "plan" || times.SequenceEqual(times.OrderDescending()));
        }
    }

    [Fact]
    public async Task ARunningSweepShowsWhatHasEndedWithinSecondsAndARetriedFailureUntilItHasEndedAgain()
    {
        using var next = new SemaphoreSlim(0);
        var drawn = host.Device.Tasks.Count;
        host.Device.BeforeBatch = (_, cancelled) => next.WaitAsync(cancelled);
        host.Device.Outcome = task => task == host.Device.Tasks[drawn] ? ChannelOutcome.NotFinite : ChannelOutcome.Rendered;
        using var client = host.Client(AccessRole.Submit);
        using var submitted = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(Spec(62, seeds: 3)), Token);
        var id = (await ApiHost.ReadAsync(submitted)).GetProperty("id").GetString()!;
        Assert.Equal(new Ends(Open: 30, Rendered: 0, NotFinite: 0), await EndsAsync(client, id));

        next.Release();
        await ReachAsync(client, id, new Ends(Open: 26, Rendered: 3, NotFinite: 1));
        next.Release();
        await ReachAsync(client, id, new Ends(Open: 22, Rendered: 7, NotFinite: 1));

        host.Device.Outcome = _ => ChannelOutcome.Rendered;
        using var retried = await client.PostAsync($"/api/v1/sweeps/{id}/retry", ApiHost.Json("""{"outcome": "notFinite"}"""), Token);
        Assert.Equal(1, (await ApiHost.ReadAsync(retried)).GetProperty("retried").GetInt32());
        Assert.Equal(new Ends(Open: 22, Rendered: 7, NotFinite: 1), await EndsAsync(client, id));
        while (host.Device.Tasks.Skip(drawn).Count(task => task == host.Device.Tasks[drawn]) < 2)
        {
            var batches = host.Device.Batches.Count;
            next.Release();
            while (host.Device.Batches.Count == batches)
            {
                await Task.Delay(20, Token);
            }
        }

        // A batch is given to the device while the one before is drawn.
        next.Release(2);
        var ends = await ReachAsync(client, id, reached => reached.NotFinite == 0);
        Assert.InRange(ends.Open, 1, 21);
        using var answer = await client.GetAsync($"/api/v1/sweeps/{id}/tasks?state=open&order=newest", Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;
        next.Release(100);
        await host.EndedAsync(id);
        Assert.Equal(new Ends(Open: 0, Rendered: 30, NotFinite: 0), await EndsAsync(client, id));
    }

    [Fact]
    public async Task WhoeverLeavesDoesNotEndWhatOthersWaitFor()
    {
        var (hold, gate, begun) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var batches = host.Device.Batches.Count;
        host.Device.BeforeBatch = (_, cancelled) => hold.Task.WaitAsync(cancelled);
        using var client = host.Client(AccessRole.Submit);
        using var submitted = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(66)), Token);
        var id = (await ApiHost.ReadAsync(submitted)).GetProperty("id").GetString()!;
        while (host.Device.Batches.Count == batches)
        {
            await Task.Delay(20, Token);
        }

        // That shard is open, so only viewers list its parts.
        var task = host.Device.Tasks[^1];
        var parts = ResultLayout.Parts(ShardId.Parse($"{id}/{task.Model}/{task.Layer}/0"));
        var listings = 0;
        host.Store.BeforeListing = async (prefix, cancelled) =>
        {
            if (prefix == parts)
            {
                Interlocked.Increment(ref listings);
                begun.TrySetResult();
                await gate.Task.WaitAsync(cancelled);
            }
        };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var first = client.GetAsync($"/api/v1/sweeps/{id}/tasks", leaving.Token);
        await begun.Task.WaitAsync(Longest, Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = EndsAsync(client, id);
        gate.SetResult();
        Assert.Equal(new Ends(Open: 10, Rendered: 0, NotFinite: 0), await second.WaitAsync(Longest, Token));
        Assert.Equal(1, listings);
        host.Store.BeforeListing = (_, _) => Task.CompletedTask;
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;
        hold.SetResult();
        await host.EndedAsync(id);
    }

    [Fact]
    public async Task OneErrorIsRetriedLetterByLetter()
    {
        // Few enough that the device is not held to be broken, whatever it drew before.
        host.Device.Outcome = task => task is { Layer: "logits", Channel: < 3 } ? throw new InvalidDataException(task.Channel < 2 ? "memory" : "memory of another") : ChannelOutcome.Rendered;
        var id = await host.DrawAsync(63);
        host.Device.Outcome = _ => ChannelOutcome.Rendered;
        using var client = host.Client(AccessRole.Submit);
        var groups = (await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/failures", Token))).GetProperty("groups").EnumerateArray().ToArray();
        var group = groups.MinBy(one => one.GetProperty("error").GetString()!.Length);
        using var retried = await client.PostAsync($"/api/v1/sweeps/{id}/retry", ApiHost.Json(JsonSerializer.Serialize(new { errorIs = group.GetProperty("error").GetString() })), Token);
        Assert.Equal(group.GetProperty("count").GetInt32(), (await ApiHost.ReadAsync(retried)).GetProperty("retried").GetInt32());
        await host.EndedAsync(id);
        Assert.Equal(3 - group.GetProperty("count").GetInt32(), (await CountAsync(client, id, "?state=failed")).Total);
    }

    [Fact]
    public async Task TheTimelineCountsEveryChannelOnce()
    {
        var id = await DrawAsync(64);
        using var client = host.Client(AccessRole.Read);
        var timeline = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/timeline?buckets=7", Token));
        // What is quarantined is written down by its shard, under the name of that one's silo.
        var devices = timeline.GetProperty("devices").EnumerateArray().ToArray();
        Assert.All(devices, device => Assert.Equal((7, 7), (device.GetProperty("rendered").GetArrayLength(), device.GetProperty("failed").GetArrayLength())));
        Assert.Equal((7, 3), (Sum("rendered"), Sum("failed")));
        Assert.True(timeline.GetProperty("deviceSeconds").GetDouble() >= 7 * 0.5);
        Assert.Equal(["running", "finished"], timeline.GetProperty("moments").EnumerateArray().Select(moment => moment.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/api/v1/sweeps/{id}/timeline?buckets=301", Token)).StatusCode);

        int Sum(string name) => devices.Sum(device => device.GetProperty(name).EnumerateArray().Sum(one => one.GetInt32()));
    }

    [Fact]
    public async Task WhatIsAskedForTwiceIsReadOnce()
    {
        var id = await DrawAsync(65);
        using var client = host.Client(AccessRole.Read);
        await CountAsync(client, id, "");
        var before = (host.Store.Reads, host.Store.Listings, host.Store.PropertyReads);
        for (var i = 0; i < 20; i++)
        {
            await CountAsync(client, id, "?state=rendered&order=newest");
            await client.GetStringAsync($"/api/v1/sweeps/{id}/failures", Token);
        }

        // The key is looked up now and then.
        Assert.InRange(host.Store.Reads - before.Reads, 0, 5);
        Assert.InRange(host.Store.Listings - before.Listings, 0, 5);
        // Whether anything is new is asked for every few seconds.
        Assert.InRange(host.Store.PropertyReads - before.PropertyReads, 0, 5);
    }

    private async Task<string> DrawAsync(int steps)
    {
        host.Device.Outcome = task => (task.Layer, task.Channel) switch
        {
            ("logits", < 2) => throw new InvalidDataException("out of memory on purpose"),
            ("conv_1", 5) => ChannelOutcome.Dead,
            _ => ChannelOutcome.Rendered,
        };
        var id = await host.DrawAsync(steps);
        host.Device.Outcome = _ => ChannelOutcome.Rendered;
        return id;
    }

    private static string Spec(int steps, int seeds) => JsonSerializer.Serialize(
        new SweepSpec { Models = [new() { Model = FakePlanner.Network.Name }], Recipe = Recipes.Paper with { Steps = steps }, Seeds = [.. Enumerable.Range(0, seeds)] }, SweepJson.Compact);

    private static Task<Ends> ReachAsync(HttpClient client, string id, Ends ends) => ReachAsync(client, id, reached => reached == ends);

    private static async Task<Ends> ReachAsync(HttpClient client, string id, Predicate<Ends> isReached)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var ends = await EndsAsync(client, id);
            if (isReached(ends))
            {
                return ends;
            }

            Assert.True(waited.Elapsed < Longest, $"After {Longest} the list says {ends}, and the status {await client.GetStringAsync($"/api/v1/sweeps/{id}", Token)}");
            await Task.Delay(100, Token);
        }
    }

    private static async Task<Ends> EndsAsync(HttpClient client, string id)
    {
        // One answer: lists that are asked for one after the other may be of different moments.
        var states = (await PageAsync(client, id, "?limit=1000")).GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("state").GetString()).ToArray();
        return new(states.Count(state => state == "open"), states.Count(state => state == "rendered"), states.Count(state => state == "notFinite"));
    }

    private static async Task<JsonElement> PageAsync(HttpClient client, string id, string query)
        => await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/tasks{query}", Token));

    private static async Task<(int Total, int Shown)> CountAsync(HttpClient client, string id, string query)
    {
        var page = await PageAsync(client, id, query);
        return (page.GetProperty("total").GetInt32(), page.GetProperty("tasks").GetArrayLength());
    }

    private static async Task<IReadOnlyList<JsonElement>> PagesAsync(HttpClient client, string id, string query)
    {
        var found = new List<JsonElement>();
        for (var next = ""; next is not null;)
        {
            var page = await ApiHost.ReadAsync(await client.GetAsync($"/api/v1/sweeps/{id}/tasks{query}{(next.Length == 0 ? "" : $"&after={next}")}", Token));
            found.AddRange(page.GetProperty("tasks").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }

        return found;
    }

    private sealed record Ends(int Open, int Rendered, int NotFinite);
}

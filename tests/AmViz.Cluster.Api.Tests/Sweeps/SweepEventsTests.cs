using System.Globalization;
using System.Net;
using System.Text.Json;
using AmViz.Storage;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class SweepEventsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoComesBackMissesNoEventAndHearsNoneTwice()
    {
        using var steps = new SemaphoreSlim(0);
        host.Device.BeforeBatch = (_, cancelled) => steps.WaitAsync(cancelled);
        using var client = host.Client(AccessRole.Submit);
        using var submitted = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(31)), Token);
        var id = (await ApiHost.ReadAsync(submitted)).GetProperty("id").GetString()!;

        // One listens all the time; the other's connection breaks after every event.
        var whole = ListenAsync(id, last: null, most: int.MaxValue);
        var broken = new List<(long Number, string Data)>();
        var listening = Task.Run(async () =>
        {
            long? last = null;
            while (broken.Count == 0 || !IsLast(broken[^1].Data))
            {
                broken.AddRange(await ListenAsync(id, last, most: 1));
                last = broken[^1].Number;
            }
        }, Token);
        steps.Release(1);
        await ReachesAsync(broken, "\"rendered\":4");
        steps.Release(100);
        await listening;
        var heard = await whole;
        Assert.Equal(heard.SkipWhile(one => one.Number < broken[0].Number), broken);
        Assert.Equal(broken.Select(one => one.Number).Distinct().Order(), broken.Select(one => one.Number));
        Assert.True(IsLast(heard[^1].Data));

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sweeps/{id}/events");
        again.Headers.Add("Last-Event-ID", heard[^1].Number.ToString(CultureInfo.InvariantCulture));
        using var nothing = await client.SendAsync(again, Token);
        Assert.Equal(HttpStatusCode.NoContent, nothing.StatusCode);
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;
    }

    [Fact]
    public async Task OfASweepThatHasEndedItsStatusIsTheOneEvent()
    {
        var id = await host.DrawAsync(32);
        var only = Assert.Single(await ListenAsync(id, last: null, most: int.MaxValue));
        Assert.True(IsLast(only.Data));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(long.MaxValue)]
    public async Task ANumberOfAnotherCoordinatorGetsThePresentStatus(long last)
    {
        var id = await host.DrawAsync(33);
        Assert.Single(await ListenAsync(id, last, most: int.MaxValue));
    }

    [Fact]
    public async Task AStreamEndsWhenTheSweepIsDeletedThoughNobodyHeardThatItHadEnded()
    {
        // Nothing has begun, so it can be deleted, and its status is not that of an end.
        var plan = await host.Planner.PlanAsync(FakePlanner.Spec(35), Token);
        await new SweepStore(host.Store).CreateAsync(plan, Token);
        var id = plan.Id.Value;
        using var admin = host.Client(AccessRole.Admin);
        await using var stream = await admin.GetStreamAsync($"/api/v1/sweeps/{id}/events", Token);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("id: ", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/sweeps/{id}", Token)).StatusCode);
        await reader.ReadToEndAsync(Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

        // Submitted again, it is told of again.
        Assert.Equal(id, await host.DrawAsync(35));
        Assert.True(IsLast(Assert.Single(await ListenAsync(id, last: null, most: int.MaxValue)).Data));
    }

    [Fact]
    public async Task AStreamEndsSoonAfterItsKeyWasRevoked()
    {
        using var hold = new SemaphoreSlim(0);
        host.Device.BeforeBatch = (_, cancelled) => hold.WaitAsync(cancelled);
        using var submitter = host.Client(AccessRole.Submit);
        using var submitted = await submitter.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(34)), Token);
        var id = (await ApiHost.ReadAsync(submitted)).GetProperty("id").GetString()!;
        var made = await host.Keys.CreateAsync("listener", AccessRole.Read, lifetime: null, Token);
        using var client = host.Client(made.Text);
        await using var stream = await client.GetStreamAsync($"/api/v1/sweeps/{id}/events", Token);
        using var reader = new StreamReader(stream);
        await reader.ReadLineAsync(Token);
        await host.Keys.RevokeAsync(made.Key.Id, Token);
        await reader.ReadToEndAsync(Token).WaitAsync(TimeSpan.FromSeconds(30), Token);
        hold.Release(100);
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;
        await host.EndedAsync(id);
    }

    private static bool IsLast(string data) => JsonDocument.Parse(data).RootElement.GetProperty("state").GetString() == "finished";

    private static async Task ReachesAsync(List<(long Number, string Data)> heard, string text)
    {
        while (!heard.ToArray().Any(one => one.Data.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(20, Token);
        }
    }

    private async Task<IReadOnlyList<(long Number, string Data)>> ListenAsync(string id, long? last, int most)
    {
        using var client = host.Client(AccessRole.Read);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sweeps/{id}/events");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last.Value.ToString(CultureInfo.InvariantCulture));
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        var heard = new List<(long, string)>();
        var number = 0L;
        while (heard.Count < most && await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                number = long.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                heard.Add((number, line[6..]));
            }
        }

        return heard;
    }
}

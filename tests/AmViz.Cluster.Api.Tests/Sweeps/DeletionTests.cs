using System.Net;
using AmViz.Storage;
using AmViz.Sweeps;

namespace AmViz.Cluster.Api.Tests.Sweeps;

public sealed class DeletionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFinishedSweepGoesWithItsPicturesAndIsDrawnWholeWhenItIsSubmittedAgain()
    {
        var id = await host.DrawAsync(500);
        var other = await host.DrawAsync(501);
        var before = await host.PathsAsync();
        using var admin = host.Client(AccessRole.Admin);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/sweeps/{id}", Token)).StatusCode);
        var after = await host.PathsAsync();
        Assert.DoesNotContain(after, path => path.Contains(id, StringComparison.Ordinal));
        Assert.Equal(10, before.Except(after).Count(path => path.StartsWith("results/", StringComparison.Ordinal)));
        Assert.Equal(before.Where(path => path.Contains(other, StringComparison.Ordinal)), after.Where(path => path.Contains(other, StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync($"/api/v1/sweeps/{id}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PostAsync($"/api/v1/sweeps/{id}/retry", content: null, Token)).StatusCode);
        // Again does no harm.
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/sweeps/{id}", Token)).StatusCode);

        Assert.Equal(id, await host.DrawAsync(500));
        var counts = (await ApiHost.ReadAsync(await admin.GetAsync($"/api/v1/sweeps/{id}", Token))).GetProperty("counts");
        Assert.Equal((10, 0), (counts.GetProperty("rendered").GetInt32(), counts.GetProperty("skipped").GetInt32()));
    }

    [Fact]
    public async Task ALiveSweepStaysUntilItIsCancelled()
    {
        var hold = new TaskCompletionSource();
        host.Device.BeforeBatch = (_, cancelled) => hold.Task.WaitAsync(cancelled);
        using var admin = host.Client(AccessRole.Admin);
        using var submitted = await admin.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(510)), Token);
        using var refused = await admin.DeleteAsync($"{submitted.Headers.Location}", Token);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("Cancel it first", (await ApiHost.ReadAsync(refused)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await admin.PostAsync($"{submitted.Headers.Location}/cancel", content: null, Token);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"{submitted.Headers.Location}", Token)).StatusCode);
        hold.SetResult();
        host.Device.BeforeBatch = (_, _) => Task.CompletedTask;
    }

    [Fact]
    public async Task ARemovalThatWasCutOffGoesOnByItselfAfterARestart()
    {
        string id;
        var first = new ApiHost();
        await using (first)
        {
            await first.InitializeAsync();
            id = await first.DrawAsync(520);
        }

        Assert.True(SweepId.TryParse(id, out var sweep));
        await new SweepRemover(first.Store).MarkAsync(sweep, Token);
        await using var second = new ApiHost { Store = first.Store };
        await second.InitializeAsync();
        while ((await second.PathsAsync()).Any(path => path.Contains(id, StringComparison.Ordinal)))
        {
            await Task.Delay(20, Token);
        }

        Assert.DoesNotContain(await second.PathsAsync(), path => path.StartsWith("results/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SweepsThatEndedLongAgoGoByThemselvesAndLiveOnesStay()
    {
        await using var forgetful = new ApiHost
        {
            Sweeps = sweeps => (sweeps.KeepEnded, sweeps.Tick, sweeps.RetentionInterval) = (TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)),
        };
        await forgetful.InitializeAsync();
        using var client = forgetful.Client(AccessRole.Submit);
        using var ended = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(530)), Token);
        while ((await client.GetAsync($"{ended.Headers.Location}", Token)).StatusCode != HttpStatusCode.NotFound)
        {
            await Task.Delay(20, Token);
        }

        using var live = await client.PostAsync("/api/v1/sweeps?pool=nobodys", ApiHost.Json(FakePlanner.Spec(531)), Token);
        using var next = await client.PostAsync("/api/v1/sweeps", ApiHost.Json(FakePlanner.Spec(532)), Token);
        while ((await client.GetAsync($"{next.Headers.Location}", Token)).StatusCode != HttpStatusCode.NotFound)
        {
            await Task.Delay(20, Token);
        }

        Assert.Equal("running", (await ApiHost.ReadAsync(await client.GetAsync($"{live.Headers.Location}", Token))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task AMistypedIdIsNoSweep()
    {
        using var admin = host.Client(AccessRole.Admin);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync("/api/v1/sweeps/nothing", Token)).StatusCode);
    }
}

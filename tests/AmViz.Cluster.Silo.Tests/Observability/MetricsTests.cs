using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Silo.Tests.Observability;

/// <summary>What is seen of a silo that draws a little sweep: docs/metrics.md is the contract.</summary>
[Collection(nameof(Alone))]
public sealed class MetricsTests(ITestOutputHelper output)
{
    private const string Secret = "correct horse battery";

    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 20, IsLogits: false)]);

    private static readonly DateTimeOffset Expires = TimeProvider.System.GetUtcNow().AddDays(90);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryMetricOfTheDocumentationIsScrapedAndNoOther()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        var certificates = ClusterCertificates.Open(authority.Issue(folder.Path, expires: Expires), TimeProvider.System, _ => { });
        await using var silo = await LivingSilo.OpenAsync(new() { Role = "all", Pool = "big", Dashboard = new(Secret) }, certificates);
        var device = new FakeRenderer(4) { Outcome = task => task.Channel == 7 ? ChannelOutcome.NotFinite : ChannelOutcome.Rendered };
        await silo.LiveAsync([device], options => options.Pool = "big", async grains =>
        {
            Assert.Equal(SweepState.Finished, (await LivingSilo.DrawAsync(grains, Plan)).State);
            // Devices report every other second, and what is cached is a moment old.
            Scrape seen = await ScrapeAsync(silo);
            await LivingSilo.UntilAsync(async () => (seen = await ScrapeAsync(silo)).Sum("amviz_devices") > 0, "the device to report");
            AssertDocumented(seen);
            AssertValues(seen);
            await AssertDashboard(silo);
        }, Token);
        // The silo has left, and its process is still there: what the index showed is gone.
        var after = await ScrapeAsync(silo);
        await LivingSilo.UntilAsync(async () => !(after = await ScrapeAsync(silo)).Has("amviz_backlog_channels"), "what was cached a moment ago to be gone");
        Assert.Equal((0, 19), (after.Sum("amviz_silo_joined"), after.Sum("amviz_tasks_ended_total", "outcome", "rendered")));
    }

    [Fact]
    public async Task ASiloToldToLeaveIsNotReadyWhileItsBatchEndsAndAStuckOneIsNotAlive()
    {
        var clock = new FakeTimeProvider();
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var device = new FakeRenderer(4)
        {
            BeforeBatch = async (_, cancelled) =>
            {
                reached.TrySetResult();
                await goOn.Task.WaitAsync(cancelled);
            },
        };
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var silo = await LivingSilo.OpenAsync(new());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await silo.AskAsync("health/startup"));
        var living = silo.LiveAsync(
            [device],
            options => (options.Clock, options.DrainBudget) = (clock, TimeSpan.FromMinutes(1)),
            async grains =>
            {
                await grains.GetGrain<ISweepGrain>(Plan.Id.Value).Submit(Plan, new());
                await Task.Delay(Timeout.Infinite, leave.Token);
            },
            leave.Token);
        await PassUntilAsync(clock, reached.Task, "the first batch");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await silo.AskAsync("health/ready"), await silo.AskAsync("health/live")));
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (await silo.AskAsync("health/ready"), await silo.AskAsync("health/live")));
        Assert.Equal(660, (await ScrapeAsync(silo)).Sum("amviz_device_progress_age_seconds"), tolerance: 1);

        await leave.CancelAsync();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (await silo.AskAsync("health/startup"), await silo.AskAsync("health/ready")));
        Assert.False(living.IsCompleted);
        goOn.SetResult();
        await PassUntilAsync(clock, living, "the silo to leave");
        await living;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (await silo.AskAsync("health/ready"), await silo.AskAsync("health/live")));
        Assert.NotEqual(0, device.Finished);
    }

    /// <summary>Devices pause by the clock between two questions.</summary>
    private static Task PassUntilAsync(FakeTimeProvider clock, Task task, string what)
        => LivingSilo.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(20));
                return Task.FromResult(task.IsCompleted);
            },
            what);

    private static async Task<Scrape> ScrapeAsync(LivingSilo silo) => new(await silo.Http.GetStringAsync("metrics", Token));

    private void AssertDocumented(Scrape seen)
    {
        output.WriteLine(string.Join('\n', seen.Ours.Select(metric => $"{metric.Value,-10}{metric.Key}")));
        var documented = MetricsPage.Read();
        Assert.Equal(documented.Keys.Order(StringComparer.Ordinal), seen.Ours.Keys.Order(StringComparer.Ordinal));
        Assert.All(seen.Ours, metric =>
        {
            var (type, labels) = documented[metric.Key];
            Assert.Equal(type, metric.Value);
            Assert.NotEmpty(seen.LabelsOf(metric.Key));
            Assert.All(seen.LabelsOf(metric.Key), found =>
            {
                Assert.Equal(labels.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
                // A set that is open to names of pools and versions is bounded by the configuration.
                Assert.All(found.Where(label => label.Key is not ("pool" or "version")), label => Assert.Contains(label.Value, labels[label.Key]));
            });
        });
    }

    private static void AssertValues(Scrape seen)
    {
        Assert.Equal(19, seen.Sum("amviz_tasks_ended_total", "outcome", "rendered"));
        Assert.Equal(1, seen.Sum("amviz_tasks_ended_total", "outcome", "not_finite"));
        Assert.Equal(20, seen.Sum("amviz_tasks_leased_total"));
        Assert.Equal(19, seen.Sum("amviz_pictures_stored_total", "already_there", "false"));
        Assert.Equal(5, seen.Sum("amviz_batch_duration_seconds_count"));
        Assert.Equal(20 * Plan.Recipe.Steps, seen.Sum("amviz_steps_total"));
        Assert.Equal(1, seen.Sum("amviz_silo_joined"));
        Assert.Equal(Expires.ToUnixTimeSeconds(), seen.Sum("amviz_certificate_expiration_timestamp_seconds", "port", "cluster"));
        Assert.Equal(LivingSilo.AccessExpiration.ToUnixTimeSeconds(), seen.Sum("amviz_store_access_expiration_timestamp_seconds"));
        Assert.Equal(1, seen.Sum("amviz_build_info", "pool", "big"));
        Assert.Equal(0, seen.Sum("amviz_backlog_channels"));
        Assert.InRange(seen.Sum("amviz_blob_duration_seconds_count", "operation", "put"), 19, 1000);
        Assert.InRange(seen.Sum("amviz_device_seconds_total"), 0.1, 600);
    }

    private static async Task AssertDashboard(LivingSilo silo)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await silo.AskAsync("dashboard/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await silo.AskAsync("dashboard/ClusterStats"));
        foreach (var right in new[] { Basic(Secret), new AuthenticationHeaderValue("Bearer", Secret) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "dashboard/") { Headers = { Authorization = right } };
            using var answer = await silo.Http.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("Orleans Dashboard", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        using var wrong = new HttpRequestMessage(HttpMethod.Get, "dashboard/") { Headers = { Authorization = Basic(Secret + "!") } };
        using var refused = await silo.Http.SendAsync(wrong, Token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
    }

    private static AuthenticationHeaderValue Basic(string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"whoever:{password}")));
}

/// <summary>Meters are heard by their names in the whole process: what other tests draw meanwhile would be counted.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

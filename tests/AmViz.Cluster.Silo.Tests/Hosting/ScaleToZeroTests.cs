using System.Diagnostics;
using System.Net;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Cluster.Grains;
using AmViz.Cluster.Silo.Tests.Observability;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Silo.Tests.Hosting;

/// <summary>A cluster whose devices are gone until there is work for them: what waits must be seen, whatever else was lost.</summary>
[Collection(nameof(Alone))]
public sealed class ScaleToZeroTests(ITestOutputHelper output)
{
    private const int Pictures = 34;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("logits", Pictures, IsLogits: true)]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AfterRedisAndCoordinatorWereLostTheBacklogIsShownWithoutAnybodyAskingAndADeviceThatComesDrawsIt()
    {
        Assert.SkipWhen(RedisServer.SkipReason is not null, RedisServer.SkipReason ?? "");
        var store = await KilledAsync();

        await using var redis = await RedisServer.StartAsync("127.0.0.1", Token);
        await using var observatory = await Observatory.StartAsync(
            new() { Role = "coordinator", HttpPort = 0, HttpAddress = IPAddress.Loopback, Logging = logging => logging.SetMinimumLevel(LogLevel.None) }, Token);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var coordinator = LiveAsync(redis, store, [], observatory, leave.Token);
        using var http = new HttpClient { BaseAddress = observatory.Address };
        var watch = Stopwatch.StartNew();
        await LivingSilo.UntilAsync(async () => new Scrape(await http.GetStringAsync("/metrics", Token)).Sum("amviz_backlog_channels") == Pictures, "the backlog to be shown");
        var seen = watch.Elapsed;
        Assert.InRange(seen, TimeSpan.Zero, Longest);

        var device = new FakeRenderer(4);
        var drawing = LiveAsync(redis, store, [device], observatory: null, leave.Token);
        await LivingSilo.UntilAsync(async () => await store.ListAsync(ResultLayout.Results, Token).CountAsync(Token) == Pictures, "the rest to be drawn");
        output.WriteLine($"the backlog was shown {seen.TotalSeconds:0.0} s after the coordinator was started; {Pictures} pictures were there {watch.Elapsed.TotalSeconds:0.0} s after");
        await leave.CancelAsync();
        await Task.WhenAll(coordinator, drawing);
    }

    /// <summary>A coordinator takes a sweep, and is killed with its Redis.</summary>
    /// <returns>What the store held at that moment; what it does while it leaves changes nothing there.</returns>
    private static async Task<MemoryBlobStore> KilledAsync()
    {
        var (lost, kept) = (new MemoryBlobStore(), new MemoryBlobStore());
        await using var redis = await RedisServer.StartAsync("127.0.0.1", Token);
        await LiveAsync(redis, lost, [], observatory: null, Token, async grains =>
        {
            await grains.GetGrain<ISweepGrain>(Plan.Id.Value).Submit(Plan, new());
            await foreach (var item in lost.ListAsync("", Token))
            {
                kept.Plant(item.Path, (await lost.ReadAsync(item.Path, Token))!.Content);
            }
        });
        return kept;
    }

    /// <summary>A silo that draws with its devices, or coordinates where it has none.</summary>
    private static Task LiveAsync(
        RedisServer redis, MemoryBlobStore store, IReadOnlyList<IChannelRenderer> devices, Observatory? observatory, CancellationToken leave, Func<IGrainFactory, Task>? errand = null)
    {
        Assert.True(RedisAddress.TryParse(redis.Address, out var address, out _));
        var definition = new SiloDefinition
        {
            Store = store,
            ReadRecord = FakePictures.ReadRecord,
            Renderers = devices,
            Role = new(Coordinates: devices.Count == 0),
            Observatory = observatory,
            Cluster = new(address!) { Timings = new() { Probe = TimeSpan.FromSeconds(1), Alive = TimeSpan.FromSeconds(1) } },
        };
        var settings = new SiloProcessSettings { Logging = logging => logging.SetMinimumLevel(LogLevel.None) };
        return new SiloProcess(definition, errand is null ? settings : settings with { Errand = (grains, _) => errand(grains) }).RunAsync(_ => { }, leave);
    }
}

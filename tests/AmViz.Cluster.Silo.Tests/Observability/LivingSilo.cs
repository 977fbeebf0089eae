using System.Net;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Networks;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AmViz.Cluster.Silo.Tests.Observability;

/// <summary>A silo of a cluster of one, with a real Redis and a real port, as <c>amviz silo</c> runs it.</summary>
internal sealed class LivingSilo : IAsyncDisposable
{
    /// <summary>When the permission to use its store ends.</summary>
    public static readonly DateTimeOffset AccessExpiration = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RedisServer _redis;
    private readonly NetworkInstruments _networks;

    private LivingSilo(RedisServer redis, Observatory observatory)
    {
        // As the program does: the networks are its own, and their metrics are shown here.
        (_redis, Observatory, _networks) = (redis, observatory, new(observatory.Meters));
        Http = new() { BaseAddress = observatory.Address };
    }

    public Observatory Observatory { get; }

    public HttpClient Http { get; }

    /// <summary>By what it proves that it belongs to its cluster; null: by nothing.</summary>
    public ClusterCertificates? Certificates { get; init; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<LivingSilo> OpenAsync(ObservatoryOptions options, ClusterCertificates? certificates = null)
    {
        Assert.SkipWhen(RedisServer.SkipReason is not null, RedisServer.SkipReason ?? "");
        var redis = await RedisServer.StartAsync("127.0.0.1", Token);
        return new(redis, await Observatory.StartAsync(options with { HttpPort = 0, HttpAddress = IPAddress.Loopback }, Token)) { Certificates = certificates };
    }

    /// <summary>Lives until the errand is done, or until it is told to leave.</summary>
    public Task LiveAsync(
        IReadOnlyList<IChannelRenderer> devices, Action<Grains.DeviceAgentOptions> configure, Func<IGrainFactory, Task> errand, CancellationToken leave)
    {
        Assert.True(RedisAddress.TryParse(_redis.Address, out var address, out _));
        var options = new SiloDefinition
        {
            Store = new MeteredBlobStore(new MemoryBlobStore { AccessExpiration = AccessExpiration }, Observatory.Store),
            ReadRecord = FakePictures.ReadRecord,
            Renderers = devices,
            Cluster = new(address!) { Certificates = Certificates },
            Devices = configure,
            Observatory = Observatory,
        };
        var settings = new SiloProcessSettings { Logging = logging => logging.SetMinimumLevel(LogLevel.None), Errand = (grains, _) => errand(grains) };
        return new SiloProcess(options, settings).RunAsync(_ => { }, leave);
    }

    public async Task<HttpStatusCode> AskAsync(string path)
    {
        using var answer = await Http.GetAsync(path, Token);
        return answer.StatusCode;
    }

    public static async Task<SweepStatus> DrawAsync(IGrainFactory grains, SweepPlan plan)
    {
        var sweep = grains.GetGrain<ISweepGrain>(plan.Id.Value);
        var status = await sweep.Submit(plan, new());
        await UntilAsync(async () => (status = (await sweep.Status())!).State.HasEnded(), "the end of the sweep");
        return status;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"Waited {Patience} for {what}.");
            await Task.Delay(20, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _networks.Dispose();
        await Observatory.DisposeAsync();
        await _redis.DisposeAsync();
    }
}

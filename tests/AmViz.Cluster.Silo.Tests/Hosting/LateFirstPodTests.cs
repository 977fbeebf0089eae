using System.Collections.Concurrent;
using System.Diagnostics;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Client;
using AmViz.Cluster.Silo.Tests.Observability;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Silo.Tests.Hosting;

/// <summary>A cluster in a job: silos that live for one sweep. Redis is a part of the first pod, which may come late by all that starting may take.</summary>
[Collection(nameof(Alone))]
public sealed class LateFirstPodTests(ITestOutputHelper output)
{
    private const int Pictures = 200;

    // With the first, eight pods.
    private const int Early = 7;

    // startupSeconds of the chart, and what it makes of them for a silo of a job.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Budget = Late + TimeSpan.FromMinutes(1);

    // What a silo waits where nothing is said; shorter than the first pod is late.
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(3);

    // Only what hangs takes so long, on the slowest and most crowded machine.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", Pictures, IsLogits: false)]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PodsWaitTenMinutesForTheFirstAndThenAllDrawTheSweepAndNoneEndsWithAnError()
    {
        Assert.SkipWhen(RedisServer.SkipReason is not null, RedisServer.SkipReason ?? "");
        await using var redis = await RedisServer.StartAsync("127.0.0.1", Token);
        await redis.StopAsync(Token);
        var (clock, store, all) = (new HastyClock(), new MemoryBlobStore(), new Meeting(Early + 1));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var early = Enumerable.Range(1, Early).Select(index => new Pod(index, redis, store, clock, Budget, all, leave.Token)).ToArray();
        var impatient = new Pod(Early + 1, redis, store, clock, Usual, all, leave.Token);
        var watch = Stopwatch.StartNew();
        await LivingSilo.UntilAsync(() => Task.FromResult(early.Append(impatient).All(pod => pod.Waits is not null)), "every pod to have looked for the first");
        Assert.All(early, pod => Assert.EndsWith("Redis cannot be connected to. It is tried again for 660 s.", pod.Waits, StringComparison.Ordinal));

        clock.Skip(Late);
        var gaveUp = await Assert.ThrowsAsync<ClusterUnreachableException>(() => impatient.Living.WaitAsync(Longest, Token));
        Assert.Contains("could not be joined for 180 s: Redis cannot be connected to.", gaveUp.Message, StringComparison.Ordinal);
        Assert.All(early, pod => Assert.False(pod.Living.IsCompleted, $"{pod.Living.Exception}"));
        var waited = watch.Elapsed;

        await redis.RestartAsync(Token);
        Pod[] pods = [new(0, redis, store, clock, Budget, all, leave.Token), .. early];
        await Task.WhenAll(pods.Select(pod => pod.Living)).WaitAsync(Longest, Token);
        output.WriteLine($"the first pod came after {Late} ({waited.TotalSeconds:0.0} s here); the sweep was done {(watch.Elapsed - waited).TotalSeconds:0.0} s later; batches of the pods: {string.Join(", ", pods.Select(pod => pod.Drawn))}");

        // Skipped is what another pod had drawn, of a batch that was leased again because on a crowded machine its pod was silent for too long.
        Assert.All(pods, pod => Assert.Equal((SweepState.Finished, Pictures, 0), (pod.Ended?.State, pod.Ended?.Counts.Rendered + pod.Ended?.Counts.Skipped, pod.Ended?.Counts.Failed)));
        Assert.Equal(Pictures, await new ManifestReader(store).ReadRowsAsync(Plan.Id, Token).Select(row => row.Channel).Distinct().CountAsync(Token));
        Assert.All(pods, pod => Assert.True(pod.Drawn > 0, "A pod drew nothing."));
    }

    /// <summary>The system's clock, put forward. Timers are the system's, so that what pauses, leaves and times out while silos start keeps step with them.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _skipped;

        public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, (long)(time.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _skipped);
    }

    /// <summary>Where the devices of all pods meet before one of them draws: no pod is too late for the sweep.</summary>
    private sealed class Meeting(int count)
    {
        private readonly ConcurrentDictionary<int, bool> _there = new();
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ArriveAsync(int index, CancellationToken cancelled)
        {
            _there[index] = true;
            if (_there.Count == count)
            {
                _all.TrySetResult();
            }

            return _all.Task.WaitAsync(cancelled);
        }
    }

    /// <summary>The silo of a pod, begun.</summary>
    private sealed class Pod
    {
        private readonly FakeRenderer _device = new(4);
        private readonly SweepErrand _errand = new(Plan, new Progress<SweepStatus>(), _ => { }, TimeProvider.System);

        public Pod(int index, RedisServer redis, MemoryBlobStore store, TimeProvider clock, TimeSpan patience, Meeting others, CancellationToken leave)
        {
            Assert.True(RedisAddress.TryParse(redis.Address, out var address, out _));
            _device.BeforeBatch = (_, cancelled) => others.ArriveAsync(index, cancelled);
            var definition = new SiloDefinition
            {
                Name = FormattableString.Invariant($"sweep-{index}"),
                Store = store,
                ReadRecord = FakePictures.ReadRecord,
                Renderers = [_device],
                Cluster = new(address!),
                Sweeps = sweeps => sweeps.WakeLiveSweeps = false,
            };
            var settings = new SiloProcessSettings
            {
                JoinPatience = patience,
                Errand = _errand.RunAsync,
                OnWaiting = why => Waits = why,
                Logging = logging => logging.SetMinimumLevel(LogLevel.None),
                Time = clock,
            };
            Living = Task.Run(() => new SiloProcess(definition, settings).RunAsync(_ => { }, leave), CancellationToken.None);
        }

        /// <summary>Why it has to wait.</summary>
        public string? Waits { get; private set; }

        /// <summary>Its whole life.</summary>
        public Task Living { get; }

        public int Drawn => _device.Finished;

        public SweepStatus? Ended => _errand.Ended;
    }
}

using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>An agent of which a part has died ends as a whole, gives its leases back and ends its silo: a device is never frozen in silence.</summary>
public sealed class AgentPartsTests
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 40, IsLogits: false)]);

    private static readonly Action<ISiloBuilder> OneLease = silo => silo.Services.Configure<DeviceAgentOptions>(device => device.LeasesHeld = 1);

    private readonly HostileLog _log = new();

    [Fact]
    public async Task PullingThatDiesEndsTheSilo()
    {
        _log.FailsAt = "LogLeased";
        await AssertEnds("pulling", new FakeRenderer(2));
    }

    [Fact]
    public async Task DrawingThatDiesEndsTheSilo()
    {
        var device = new WithoutBatchSize(new FakeRenderer(2));
        _log.Told = name => device.IsLost |= name == "LogLeased";
        await AssertEnds("drawing", device, OneLease);
    }

    [Fact]
    public async Task StoringThatDiesEndsTheSilo()
    {
        _log.FailsAt = "LogCrashed";
        await AssertEnds("storing", new FakeRenderer(2) { Outcome = _ => throw new ChannelRenderException("boom") });
    }

    [Fact]
    public Task RenewingThatDiesEndsTheSilo()
        => AssertEnds("renewing", new FakeRenderer(2), silo => silo.Services.PostConfigure<DeviceAgentOptions>(device => device.RenewalCheck = TimeSpan.Zero));

    [Fact]
    public Task ReportingThatDiesEndsTheSilo()
        => AssertEnds("reporting", new FakeRenderer(2), silo => silo.Services.PostConfigure<DeviceAgentOptions>(device => device.ReportInterval = TimeSpan.Zero));

    [Fact]
    public async Task LeasesOfAnAgentThatDiesAreGivenBackAtOnce()
    {
        _log.FailsAt = "LogCrashed";
        var dying = new FakeRenderer(2) { Outcome = _ => throw new ChannelRenderException("boom") };
        // It draws only what the other one held, so that the sweep ends within a lease's life only if that is given back.
        var taken = new TaskCompletionSource();
        var other = new FakeRenderer(2) { BeforeBatch = (_, cancelled) => taken.Task.WaitAsync(cancelled) };
        dying.BeforeBatch = (_, _) =>
        {
            taken.TrySetResult();
            return Task.CompletedTask;
        };
        await using var silos = await TestSilos.StartAsync(new MemoryBlobStore(), Hostile(_ => { }), [other], [dying]);
        var started = System.Diagnostics.Stopwatch.StartNew();
        var status = await silos.RunAsync(Plan);
        Assert.Equal((SweepState.Finished, 40), (status.State, status.Counts.Rendered + status.Counts.Skipped));
        Assert.InRange(started.Elapsed, TimeSpan.Zero, new LeaseOptions().Minimum / 2);
    }

    private async Task AssertEnds(string part, IChannelRenderer device, Action<ISiloBuilder>? configure = null)
    {
        await using var silos = await TestSilos.StartAsync(new MemoryBlobStore(), Hostile(configure ?? (_ => { })), [device]);
        var services = silos.Cluster.GetSiloServiceProvider(silos.SiloOf(0).SiloAddress);
        var ending = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await silos.Sweep(Plan).Submit(Plan, new());
        await Eventually.TrueAsync(() => ending.IsCancellationRequested, $"the silo to end, since {part} has died");
        // What /health/live says until the process is gone.
        Assert.Contains($"because its {part} died", services.GetRequiredService<ClusterInstruments>().Death, StringComparison.Ordinal);
    }

    private Action<ISiloBuilder> Hostile(Action<ISiloBuilder> configure) => silo =>
    {
        silo.Services.AddSingleton<ILogger<DeviceAgent>>(_log);
        configure(silo);
    };

    /// <summary>A log whose disk is full when a certain line is to be written.</summary>
    private sealed class HostileLog : ILogger<DeviceAgent>
    {
        public string? FailsAt { get; set; }

        public Action<string?> Told { get; set; } = _ => { };

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Told(eventId.Name);
            if (eventId.Name == FailsAt && FailsAt is not null)
            {
                throw new IOException("The disk of the log is full.");
            }
        }
    }

    /// <summary>A device that does not even know its batch size any more.</summary>
    private sealed class WithoutBatchSize(IChannelRenderer device) : IChannelRenderer
    {
        public bool IsLost { get; set; }

        public string Device => device.Device;

        public int BatchSize => IsLost ? throw new InvalidOperationException("The device is gone.") : device.BatchSize;

        public Task<IReadOnlyList<RenderedChannel>> RenderAsync(
            ChannelBatch batch, IProgress<BatchProgress>? progress, BatchCheckpoints? checkpoints, CancellationToken cancellationToken)
            => device.RenderAsync(batch, progress, checkpoints, cancellationToken);
    }
}

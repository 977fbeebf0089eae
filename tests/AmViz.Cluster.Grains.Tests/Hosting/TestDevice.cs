using System.Collections.Concurrent;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>What surrounds one part of a device's agent in a test of that part alone: fake coordinators, device, store and clock.</summary>
internal sealed class TestDevice : IDisposable
{
    public const string Name = "silo/cpu#0";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ClusterInstruments>().BuildServiceProvider();
    private long _lastToken;

    /// <param name="batchSize">Images drawn at once.</param>
    /// <param name="configure">Changes the agent's options.</param>
    public TestDevice(int batchSize = 2, Action<DeviceAgentOptions>? configure = null)
    {
        // In the middle of the jitter's range every pause is as long as it is meant to be.
        Options = new() { Clock = Clock, Jitter = () => 0.5 };
        configure?.Invoke(Options);
        Renderer = new(batchSize);
        Context = new(Name, Renderer, Options, new(Clock), _services.GetRequiredService<ClusterInstruments>(), Log);
        Queues = new(Options.BatchesInFlight);
        Health = new(Options);
        Held = new(Context, Tasks);
        Status = new(Context, Devices, Health, Stop);
        Monitor = new(Context, Health, Status);
        Checkpoints = new(Store);
        Checkpointing = new(Context, Checkpoints, Stop);
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public DeviceAgentOptions Options { get; }

    public FakeRenderer Renderer { get; }

    public MemoryBlobStore Store { get; } = new();

    public CheckpointStore Checkpoints { get; }

    public FakeGrains Grains { get; } = new();

    public RecordedLog Log { get; } = new();

    public LocalDevices Devices { get; } = new([]);

    public LocalChannelTasks Tasks { get; } = new();

    public StopSignals Stop { get; } = new();

    public DeviceContext Context { get; }

    public AgentQueues Queues { get; }

    public DeviceHealth Health { get; }

    public HeldLeases Held { get; }

    public DeviceStatusBoard Status { get; }

    public HealthMonitor Monitor { get; }

    public BatchCheckpointing Checkpointing { get; }

    public BatchTimes Times { get; } = new();

    /// <summary>Twenty tasks of one layer.</summary>
    public Shard Shard { get; } = SampleSweeps.Plan([new("conv_1", 20, IsLogits: false)]).Shards().Single();

    /// <summary>What a shard grants: a lease of some tasks, a minute long.</summary>
    public Lease Grant(params IReadOnlyList<int> tasks) => new(new(1, ++_lastToken), Shard, tasks, TimeSpan.FromMinutes(1));

    /// <summary>Such a lease in the hands of the device.</summary>
    public ActiveLease Active(params IReadOnlyList<int> tasks) => Active(Grant(tasks));

    public ActiveLease Active(Lease lease) => new(lease, Name, Clock, Stop.Cancelling.Token);

    /// <summary>Lets time pass in steps until something has happened that comes of it.</summary>
    public Task PassUntilAsync(Func<bool> condition, string what, TimeSpan? step = null) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Clock.Advance(step ?? TimeSpan.FromMilliseconds(50));
            return false;
        },
        what);

    public void Dispose()
    {
        Stop.Dispose();
        _services.Dispose();
    }
}

/// <summary>A log that remembers the names of its events.</summary>
internal sealed class RecordedLog : ILogger<DeviceAgent>
{
    private readonly ConcurrentQueue<string?> _events = new();

    public int Count(string name) => _events.Count(found => found == name);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _events.Enqueue(eventId.Name);
}

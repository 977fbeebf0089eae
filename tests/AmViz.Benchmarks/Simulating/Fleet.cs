using AmViz.Cluster.Grains;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans;

namespace AmViz.Benchmarks;

/// <summary>All simulated devices, in this process.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ClusterInstruments>().BuildServiceProvider();
    private readonly CancellationTokenSource _stop = new();
    private readonly IGrainFactory _grains;
    private readonly ResultStore _results;
    private readonly CheckpointStore _checkpoints;
    private readonly LocalDevices _devices = new([]);
    private readonly LocalChannelTasks _tasks = new();
    private readonly IOptions<DeviceAgentOptions> _options;
    private Task _running = Task.CompletedTask;
    private int _batches;
    private long _drawn;
    private int _crashes;
    private int _zombies;

    public Fleet(SimulationSettings settings, IGrainFactory grains, IBlobStore store)
    {
        (Settings, _grains, _results, _checkpoints) = (settings, grains, new(store, FakePictures.ReadRecord), new(store));
        LeaseTime = CompressedOptions.LeaseTime(settings);
        _options = Options.Create(new DeviceAgentOptions());
        CompressedOptions.Apply(settings, _options.Value);
    }

    public SimulationSettings Settings { get; }

    /// <summary>How long a lease lasts without renewal.</summary>
    public TimeSpan LeaseTime { get; }

    /// <summary>Batches drawn to their end.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>Their pictures.</summary>
    public long Drawn => Interlocked.Read(ref _drawn);

    /// <summary>Devices that crashed.</summary>
    public int Crashes => Volatile.Read(ref _crashes);

    /// <summary>Times that a device was cut off.</summary>
    public int Zombies => Volatile.Read(ref _zombies);

    public void Start()
        => _running = Task.WhenAll(Enumerable.Range(0, Settings.Devices).Select(number => Task.Run(() => new SimulatedDevice(this, number).RunAsync(_stop.Token))));

    /// <summary>Counts from now on.</summary>
    public void Reset() => (_batches, _drawn, _crashes, _zombies) = (0, 0, 0, 0);

    public void OnDrawn(int pictures)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _drawn, pictures);
    }

    public void OnCrash() => Interlocked.Increment(ref _crashes);

    public void OnZombie() => Interlocked.Increment(ref _zombies);

    public DeviceAgent AgentOf(string name, IChannelRenderer renderer) => new(
        name, renderer, new(_options.Value.Clock), _grains, _results, _checkpoints, _devices, _tasks, _services.GetRequiredService<ClusterInstruments>(), _options,
        NullLogger<DeviceAgent>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        await _services.DisposeAsync();
    }
}

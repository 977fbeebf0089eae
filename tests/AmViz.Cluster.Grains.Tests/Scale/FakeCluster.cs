using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Cluster.Grains.Tests;

/// <summary>The lease tables of all shards of a sweep and the board of its sweep, with devices that call them by a clock that only jumps: a day of a cluster in a second, and always the same.</summary>
/// <remarks>What devices do between calls follows the real agent: two leases held, renewals, pauses that double; calls take no time.</remarks>
internal sealed class FakeCluster
{
    private static readonly TimeSpan Tick = new LeaseOptions().Tick;

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<ShardId, FakeShard> _shards = [];
    private readonly ShardBoard _board;
    private readonly DateTimeOffset _begin;
    private long _lastOrder;

    /// <summary>A sweep that is submitted to its devices at once.</summary>
    /// <param name="weather">What happens to devices.</param>
    /// <param name="layers">Layers of its network, a shard each.</param>
    /// <param name="batchesPerLayer">Batches of each, of <see cref="FakeWeather.Batch"/> tasks.</param>
    /// <param name="devices">Devices.</param>
    /// <param name="change">Changes how leases run; null: as by default.</param>
    public FakeCluster(FakeWeather weather, int layers, int batchesPerLayer, int devices, Action<LeaseOptions>? change = null)
    {
        Weather = weather;
        _begin = Clock.GetUtcNow();
        LayerFacts[] facts = [.. Enumerable.Range(0, layers).Select(layer => new LayerFacts($"conv_{layer}", batchesPerLayer * weather.Batch, IsLogits: false))];
        var plan = SweepPlanner.Plan(
            new() { Models = [new() { Model = "net" }], Recipe = Recipes.Paper with { Steps = 8 } }, _ => new FakeModel("net", facts));
        _board = new(plan, Clock);
        var leases = new LeaseOptions { Clock = Clock };
        change?.Invoke(leases);
        foreach (var shard in plan.Shards())
        {
            _shards.Add(shard.Id, new(shard, leases, this));
        }

        Devices = [.. Enumerable.Range(0, devices).Select(number => new FakeDevice(this, number))];
        Batches = layers * batchesPerLayer;
    }

    /// <summary>What happens to devices.</summary>
    public FakeWeather Weather { get; }

    /// <summary>The time of everybody.</summary>
    public FakeTimeProvider Clock { get; } = new();

    /// <summary>The devices.</summary>
    public IReadOnlyList<FakeDevice> Devices { get; }

    /// <summary>Batches of the plan.</summary>
    public int Batches { get; }

    /// <summary>Since the sweep began.</summary>
    public TimeSpan Now => Clock.GetUtcNow() - _begin;

    /// <summary>How often leases were hedged, by reason.</summary>
    public Dictionary<HedgeReason, int> Hedges { get; } = [];

    /// <summary>Exchanges of devices with shards.</summary>
    public int Exchanges { get; set; }

    /// <summary>Batches that were drawn to their end.</summary>
    public int Drawn { get; set; }

    /// <summary>Batches times their time, divided by the devices, as a part of what it took.</summary>
    public double Efficiency => Batches * Weather.BatchTime / Devices.Count / Now;

    /// <summary>A shard by its id.</summary>
    public FakeShard this[ShardId shard] => _shards[shard];

    /// <summary>All shards.</summary>
    public IEnumerable<FakeShard> Shards => _shards.Values;

    /// <summary>Which shard a device is sent to.</summary>
    public ShardId? Next(NextShardRequest request) => _board.Next(request);

    /// <summary>Does something later.</summary>
    public void After(TimeSpan pause, Action action) => _events.Enqueue(action, (Now + pause, ++_lastOrder));

    /// <summary>Runs until every task has ended.</summary>
    public void Run()
    {
        foreach (var shard in _shards.Values)
        {
            Look(shard);
        }

        foreach (var device in Devices)
        {
            device.Start();
        }

        while (_shards.Values.Any(shard => !shard.IsFinished))
        {
            Assert.True(_events.TryDequeue(out var next, out var due) && due.At < TimeSpan.FromDays(1), "The sweep does not end: some tasks are lost.");
            Clock.Advance(due.At > Now ? due.At - Now : TimeSpan.Zero);
            next();
        }
    }

    private void Look(FakeShard shard)
    {
        _board.Update(shard.Tick());
        if (!shard.IsFinished)
        {
            After(Tick, () => Look(shard));
        }
    }
}

/// <summary>What happens to batches. All is left to a seed.</summary>
internal sealed record FakeWeather
{
    /// <summary>Images of a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>How long it takes, a tenth more or less.</summary>
    public TimeSpan BatchTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Chance of a batch to take its device along.</summary>
    public double Crash { get; init; }

    /// <summary>Chance of a batch to find its device cut off for longer than a lease lasts.</summary>
    public double Zombie { get; init; }

    /// <summary>Chance of a batch to take ten times as long.</summary>
    public double Straggle { get; init; }

    /// <summary>How long a device is cut off.</summary>
    public TimeSpan CutOff => 3.6 * BatchTime;

    /// <summary>Until a crashed device is replaced.</summary>
    public TimeSpan Restart { get; init; } = TimeSpan.FromSeconds(30);
}

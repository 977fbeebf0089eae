using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;

namespace AmViz.Benchmarks;

/// <summary>What a simulation showed.</summary>
public sealed record SimulationReport
{
    /// <summary>What was simulated.</summary>
    public required SimulationSettings Settings { get; init; }

    /// <summary>How the sweep ended.</summary>
    public required SweepState State { get; init; }

    /// <summary>Batches of the plan.</summary>
    public required int Batches { get; init; }

    /// <summary>Batches that devices drew to their end: those drawn twice are counted twice.</summary>
    public required int BatchesDrawn { get; init; }

    /// <summary>Pictures of those.</summary>
    public required long PicturesDrawn { get; init; }

    /// <summary>Devices that crashed.</summary>
    public required int Crashes { get; init; }

    /// <summary>Times that a device was cut off until its lease had ended.</summary>
    public required int Zombies { get; init; }

    /// <summary>Batches times their time, divided by the devices, in seconds as simulated.</summary>
    public required double IdealSeconds { get; init; }

    /// <summary>From the submission until every row was written, in seconds as simulated.</summary>
    public required double Seconds { get; init; }

    /// <summary>From then until the manifest was folded, in seconds of this machine.</summary>
    public required double FoldSeconds { get; init; }

    /// <summary><see cref="IdealSeconds"/> divided by <see cref="Seconds"/>.</summary>
    public double Efficiency => Math.Round(IdealSeconds / Seconds, 4);

    /// <summary>Calls of devices and users, and those among grains, by method.</summary>
    public required IReadOnlyDictionary<string, CallFigures> Calls { get; init; }

    /// <summary>Calls of <see cref="ILayerShardGrain.Exchange"/> for each batch drawn.</summary>
    public double ExchangesPerBatch => PerBatch(nameof(ILayerShardGrain.Exchange));

    /// <summary>Exchanges that handed nothing in and got nothing.</summary>
    public required int FruitlessExchanges { get; init; }

    /// <summary>All calls for each batch drawn.</summary>
    public double CallsPerBatch => Math.Round(Calls.Values.Sum(kind => (double)kind.Count) / BatchesDrawn, 3);

    /// <summary>Bytes alive in the coordinator when half was done, less those before the sweep.</summary>
    public required long HeapBytesHalfway { get; init; }

    /// <summary>The same when 99 of 100 were done.</summary>
    public required long HeapBytesAtEnd { get; init; }

    /// <summary>Memory of the coordinator's process at the end.</summary>
    public required long WorkingSetBytes { get; init; }

    /// <summary>The most memory it ever had, the folding of the manifest included.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Exchanges from the first to the last instruction of the grain: without the way there, and without waiting for a thread.</summary>
    public required CallFigures Served { get; init; }

    /// <summary>Processor seconds of the coordinator's process from the submission until every row was written.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Processor seconds of the process of all devices in that time.</summary>
    public required double DevicesCpuSeconds { get; init; }

    /// <summary>Of the coordinator, for each 1,000 leases.</summary>
    public double CpuSecondsPer1000Leases => Math.Round(CpuSeconds * 1000 / BatchesDrawn, 4);

    /// <summary>Calls of the store for each channel, while the first tenth was drawn.</summary>
    public required double StoreCallsPerChannelFirstTenth { get; init; }

    /// <summary>Calls of the store for each channel, while it went from 90 to 99 of 100: later the manifest reads what was written.</summary>
    public required double StoreCallsPerChannelLastTenth { get; init; }

    /// <summary>Calls of the store by devices, until every row was written.</summary>
    public required StoreOperations DeviceStore { get; init; }

    /// <summary>Calls of the store by the coordinator, until every row was written.</summary>
    public required StoreOperations CoordinatorStore { get; init; }

    /// <summary>The folded manifest beside the plan.</summary>
    public required ManifestCheck Manifest { get; init; }

    private double PerBatch(string method) => Math.Round(Calls.TryGetValue(method, out var kind) ? (double)kind.Count / BatchesDrawn : 0, 3);

    internal static SimulationReport Of(
        SimulationSettings settings, SweepPlan plan, SweepStatus final, Fleet fleet, IReadOnlyList<Sample> samples,
        IReadOnlyDictionary<string, CallFigures> callsHere, int fruitless, double foldSeconds, ManifestCheck manifest)
    {
        var batches = plan.Shards().Sum(shard => (shard.Count + settings.Batch - 1) / settings.Batch);
        var (begin, half, last, end) = (samples[0], samples[2], samples[4], samples[5]);
        return new()
        {
            Settings = settings,
            State = final.State,
            Batches = batches,
            BatchesDrawn = fleet.Batches,
            PicturesDrawn = fleet.Drawn,
            Crashes = fleet.Crashes,
            Zombies = fleet.Zombies,
            IdealSeconds = Math.Round(batches * settings.BatchSeconds / settings.Devices, 1),
            Seconds = Math.Round(end.At.TotalSeconds * settings.Compress, 1),
            FoldSeconds = Math.Round(foldSeconds, 1),
            Calls = settings.Apart ? Both(callsHere, end.Coordinator.Calls) : callsHere,
            FruitlessExchanges = fruitless,
            DevicesCpuSeconds = Math.Round(end.CpuSeconds - begin.CpuSeconds, 2),
            HeapBytesHalfway = half.Coordinator.HeapBytes - begin.Coordinator.HeapBytes,
            HeapBytesAtEnd = last.Coordinator.HeapBytes - begin.Coordinator.HeapBytes,
            WorkingSetBytes = end.Coordinator.WorkingSetBytes,
            PeakBytes = samples[^1].Coordinator.PeakBytes,
            Served = end.Coordinator.Served,
            CpuSeconds = Math.Round(end.Coordinator.CpuSeconds - begin.Coordinator.CpuSeconds, 2),
            StoreCallsPerChannelFirstTenth = StoreCallsPerChannel(begin, samples[1]),
            StoreCallsPerChannelLastTenth = StoreCallsPerChannel(samples[3], last),
            DeviceStore = end.DeviceStore - begin.DeviceStore,
            CoordinatorStore = end.Coordinator.Store - begin.Coordinator.Store,
            Manifest = manifest,
        };
    }

    private static Dictionary<string, CallFigures> Both(IReadOnlyDictionary<string, CallFigures> left, IReadOnlyDictionary<string, CallFigures> right)
        => left.Concat(right).GroupBy(kind => kind.Key, StringComparer.Ordinal).ToDictionary(kinds => kinds.Key, kinds => kinds.First().Value, StringComparer.Ordinal);

    private static double StoreCallsPerChannel(Sample from, Sample to)
        => Math.Round((double)(to.DeviceStore + to.Coordinator.Store - from.DeviceStore - from.Coordinator.Store).Total / Math.Max(1, to.Ended - from.Ended), 4);
}

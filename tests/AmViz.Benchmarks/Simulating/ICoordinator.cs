using Orleans;

namespace AmViz.Benchmarks;

/// <summary>The silo that coordinates, wherever it runs.</summary>
internal interface ICoordinator : IAsyncDisposable
{
    /// <summary>How devices and users reach it.</summary>
    IGrainFactory Grains { get; }

    /// <summary>Calls made in this process.</summary>
    CallMeter Meter { get; }

    /// <summary>Counts calls from now on.</summary>
    Task ResetAsync(CancellationToken cancellationToken);

    /// <summary>What its process has used so far.</summary>
    /// <param name="collect">Whether garbage is collected first, so that the heap is what is alive.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<CoordinatorFigures> MeasureAsync(bool collect, CancellationToken cancellationToken);
}

/// <summary>What the process of the coordinator has used.</summary>
/// <param name="HeapBytes">Objects on the managed heap.</param>
/// <param name="WorkingSetBytes">Memory of the process.</param>
/// <param name="PeakBytes">The most memory that the process ever had.</param>
/// <param name="CpuSeconds">Processor time since the process started.</param>
/// <param name="Store">Its calls of the store.</param>
/// <param name="Calls">Calls made in its process since they were last forgotten, such as those from a shard to its sweep.</param>
/// <param name="Served">Exchanges, in the grain alone.</param>
public sealed record CoordinatorFigures(
    long HeapBytes, long WorkingSetBytes, long PeakBytes, double CpuSeconds, StoreOperations Store, IReadOnlyDictionary<string, CallFigures> Calls, CallFigures Served);

using Orleans;

namespace AmViz.Cluster.Api;

/// <summary>The cluster as the silo of this process sees it in its present life: the web host outlives it.</summary>
/// <param name="time">The clock.</param>
public sealed class LivingCluster(TimeProvider time)
{
    // A coordinator that reads a large sweep takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private volatile IGrainFactory? _grains;

    /// <summary>The silo has joined.</summary>
    /// <param name="grains">Its way to all grains.</param>
    public void Join(IGrainFactory grains) => _grains = grains;

    /// <summary>The silo's life is over.</summary>
    public void Leave() => _grains = null;

    /// <summary>Asks the cluster.</summary>
    /// <exception cref="ClusterAwayException">The silo has not joined.</exception>
    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    internal Task<T> AskAsync<T>(Func<IGrainFactory, Task<T>> ask, CancellationToken cancellationToken)
        => _grains is { } grains ? ask(grains).WaitAsync(Patience, time, cancellationToken) : throw new ClusterAwayException();

    /// <summary>Asks about a sweep.</summary>
    internal Task<T> AskSweepAsync<T>(SweepId sweep, Func<ISweepGrain, Task<T>> ask, CancellationToken cancellationToken)
        => AskAsync(grains => ask(grains.GetGrain<ISweepGrain>(sweep.Value)), cancellationToken);

    /// <summary>Asks the index of sweeps and devices.</summary>
    internal Task<T> AskIndexAsync<T>(Func<ISweepIndexGrain, Task<T>> ask, CancellationToken cancellationToken)
        => AskAsync(grains => ask(grains.GetGrain<ISweepIndexGrain>(ISweepIndexGrain.Key)), cancellationToken);
}

/// <summary>The silo of this process is no member of its cluster at the moment.</summary>
internal sealed class ClusterAwayException() : Exception("The silo is no member of its cluster at the moment; see /health/ready.");

namespace AmViz.Cluster.Grains;

/// <summary>How a device's agent is asked to stop, in three degrees. None is ever withdrawn.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>No new leases and no new batches; those on the device are finished.</summary>
    public CancellationTokenSource Draining { get; } = new();

    /// <summary>Batches stop between two steps; what is done is stored and reported.</summary>
    public CancellationTokenSource Cancelling { get; } = new();

    /// <summary>Nothing more is stored or reported; leases are released.</summary>
    public CancellationTokenSource Aborting { get; } = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        Draining.Dispose();
        Cancelling.Dispose();
        Aborting.Dispose();
    }
}

using System.Threading.Channels;

namespace AmViz.Cluster.Grains;

/// <summary>What joins the parts of a device's agent: leases to draw, batches to store, leases to report.</summary>
/// <param name="batchesInFlight">Batches that may wait for the store: a slow one holds up the drawing.</param>
internal sealed class AgentQueues(int batchesInFlight)
{
    /// <summary>From the puller to the drawer. Unbounded, since the puller holds only so many leases.</summary>
    public Channel<ActiveLease> ToDraw { get; } = Channel.CreateUnbounded<ActiveLease>();

    /// <summary>From the drawer to the storer, in the order in which the batches are on the device.</summary>
    public Channel<DrawnBatch> ToStore { get; } = Channel.CreateBounded<DrawnBatch>(batchesInFlight);

    /// <summary>From the storer to the puller: leases of which nothing is left to draw or to store.</summary>
    public Channel<ActiveLease> ToReport { get; } = Channel.CreateUnbounded<ActiveLease>();
}

/// <summary>A batch on its way from the device to the store.</summary>
/// <param name="Lease">Its lease.</param>
/// <param name="Tasks">Its tasks.</param>
/// <param name="Rendering">What the device draws, one result a task, or null if the device was at fault. Null itself: the lease has no further batch.</param>
internal sealed record DrawnBatch(ActiveLease Lease, IReadOnlyList<ChannelHandle> Tasks, Task<IReadOnlyList<RenderedChannel>?>? Rendering);

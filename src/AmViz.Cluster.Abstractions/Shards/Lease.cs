namespace AmViz.Cluster.Abstractions;

/// <summary>The right to work on some tasks of a shard for a limited time.</summary>
/// <param name="Token">Which lease.</param>
/// <param name="Shard">What the tasks are: <see cref="Shard.TaskAt"/> turns a number into a task.</param>
/// <param name="Tasks">Numbers of the tasks inside the shard.</param>
/// <param name="Duration">How long it lasts after it was granted or renewed. Renew at a third of it.</param>
/// <param name="Checkpoints">Of the tasks, those that may have a checkpoint to resume from; null: none.</param>
/// <param name="IsIsolated">The tasks are suspected of crashing their device: draw nothing beside them, and report with a renewal that they are begun before they are.</param>
[GenerateSerializer, Immutable, Alias("amviz.Lease")]
public sealed record Lease(
    [property: Id(0)] AttemptToken Token,
    [property: Id(1)] Shard Shard,
    [property: Id(2)] IReadOnlyList<int> Tasks,
    [property: Id(3)] TimeSpan Duration,
    [property: Id(4)] IReadOnlyList<int>? Checkpoints = null,
    [property: Id(5)] bool IsIsolated = false);

/// <summary>Renewal of one lease.</summary>
/// <param name="Token">Which lease.</param>
/// <param name="Tasks">Tasks still to be done: a shard that has lost its memory adopts the lease from this.</param>
/// <param name="Drawing">Of those, the tasks on the device at this moment: if the device is lost, only they are suspected.</param>
/// <param name="Stage">Whether the device has begun it: one that waits behind another lease may be given to a device that is free.</param>
/// <param name="DrawnFor">Since its first step, on the device's clock.</param>
/// <param name="Number">Counts what the device says of this lease: calls overtake each other, and what was said last counts. 0: a device of an earlier version, believed as it comes.</param>
[GenerateSerializer, Immutable, Alias("amviz.LeaseRenewal")]
public sealed record LeaseRenewal(
    [property: Id(0)] AttemptToken Token,
    [property: Id(1)] IReadOnlyList<int> Tasks,
    [property: Id(2)] IReadOnlyList<int> Drawing,
    [property: Id(3)] LeaseStage Stage = LeaseStage.Unknown,
    [property: Id(4)] TimeSpan DrawnFor = default,
    [property: Id(5)] long Number = 0);

/// <summary>How far a device is with a lease.</summary>
public enum LeaseStage
{
    /// <summary>It did not say: it has not renewed the lease yet, or is of an earlier version.</summary>
    Unknown,

    /// <summary>No step is done yet: the lease waits behind another one, or for its network.</summary>
    Waiting,

    /// <summary>At least one step is done.</summary>
    Drawing,
}

/// <summary>A device renews its leases.</summary>
/// <param name="Device">Which device.</param>
/// <param name="Leases">Those of this shard that it holds.</param>
[GenerateSerializer, Immutable, Alias("amviz.RenewRequest")]
public sealed record RenewRequest(
    [property: Id(0)] string Device,
    [property: Id(1)] IReadOnlyList<LeaseRenewal> Leases);

/// <summary>What a holder is to do with a lease.</summary>
public enum LeaseDirective
{
    /// <summary>Continue; the lease lasts another duration.</summary>
    Continue,

    /// <summary>Stop between two steps and forget the lease: the sweep was paused or cancelled, or another device has done the work.</summary>
    Cancel,
}

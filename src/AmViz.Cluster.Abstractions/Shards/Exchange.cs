namespace AmViz.Cluster.Abstractions;

/// <summary>A device reports ended leases and asks for new ones.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ExchangeRequest")]
public sealed record ExchangeRequest
{
    /// <summary>Which device; see <see cref="DeviceStatus.Device"/>.</summary>
    [Id(0)]
    public required string Device { get; init; }

    /// <summary>Grows with every request of a device; a repetition keeps its number.</summary>
    [Id(1)]
    public required long Number { get; init; }

    /// <summary>Reports of leases that end. May be empty.</summary>
    [Id(2)]
    public IReadOnlyList<LeaseReport> Reports { get; init; } = [];

    /// <summary>Leases of this shard that the device continues.</summary>
    [Id(3)]
    public IReadOnlyList<LeaseRenewal> Held { get; init; } = [];

    /// <summary>Most tasks wanted in a lease; 0: none, only report.</summary>
    [Id(4)]
    public required int Want { get; init; }

    /// <summary>Most leases wanted. A device that holds none asks at once for all that it may hold.</summary>
    [Id(8)]
    public int Leases { get; init; } = 1;

    /// <summary>Images the device computes at once.</summary>
    [Id(5)]
    public required int BatchSize { get; init; }

    /// <summary>How long the device expects a batch to take; zero: unknown yet.</summary>
    [Id(6)]
    public TimeSpan ExpectedBatch { get; init; }

    /// <summary>Pool of the device.</summary>
    [Id(7)]
    public string Pool { get; init; } = DevicePool.Default;

    /// <summary>Whether the device has other work in hand: then it is given tasks that nobody holds, and leaves hedges to devices that would begin them at once.</summary>
    [Id(9)]
    public bool IsBusy { get; init; }
}

/// <summary>Answer to an exchange.</summary>
/// <param name="Verdict">Whether there is a lease, and if not, why not.</param>
/// <param name="Leases">At least one if the verdict is <see cref="ExchangeVerdict.Leased"/>, otherwise null. Beyond the first there are only full ones of tasks that nobody held.</param>
[GenerateSerializer, Immutable, Alias("amviz.ExchangeReply")]
public sealed record ExchangeReply(
    [property: Id(0)] ExchangeVerdict Verdict,
    [property: Id(1)] IReadOnlyList<Lease>? Leases = null);

/// <summary>Ends of an exchange.</summary>
public enum ExchangeVerdict
{
    /// <summary>At least one lease is granted.</summary>
    Leased,

    /// <summary>Everything is leased, or nothing was wanted. Ask the sweep for another shard, or again later.</summary>
    NothingNow,

    /// <summary>Every task of the shard has ended.</summary>
    Finished,

    /// <summary>The sweep is not running (paused, cancelled, or at its end), or it is bound to a pool that the device is not in.</summary>
    Closed,
}

namespace AmViz.Cluster.Abstractions;

/// <summary>A device asks for a shard with work.</summary>
/// <param name="Device">Which device.</param>
/// <param name="Models">Networks it has loaded, last used first: preferred if there is a choice.</param>
/// <param name="Exhausted">Shard that has just refused it a lease; null: none has.</param>
/// <param name="Want">Tasks it is likely to lease, so that no more devices are sent to a shard than it has work for.</param>
/// <param name="Avoided">What it cannot draw at the moment, such as a network that it cannot open; null: it can draw everything.</param>
/// <param name="IsBusy">It has other work in hand; see <see cref="ExchangeRequest.IsBusy"/>.</param>
[GenerateSerializer, Immutable, Alias("amviz.NextShardRequest")]
public sealed record NextShardRequest(
    [property: Id(0)] string Device,
    [property: Id(1)] IReadOnlyList<string> Models,
    [property: Id(2)] ShardId? Exhausted = null,
    [property: Id(3)] int Want = 1,
    [property: Id(4)] IReadOnlyList<AvoidedWork>? Avoided = null,
    [property: Id(5)] bool IsBusy = false);

/// <summary>Work of a sweep that a device cannot do.</summary>
/// <param name="Model">Its network.</param>
/// <param name="Layer">Its layer; null: all layers of the network.</param>
[GenerateSerializer, Immutable, Alias("amviz.AvoidedWork")]
public sealed record AvoidedWork([property: Id(0)] string Model, [property: Id(1)] string? Layer);

/// <summary>The shard of which a device should claim a lease. A hint: the shard decides.</summary>
/// <param name="Shard">The shard.</param>
[GenerateSerializer, Immutable, Alias("amviz.ShardHint")]
public sealed record ShardHint([property: Id(0)] ShardId Shard);

using Orleans.Concurrency;

namespace AmViz.Cluster.Abstractions;

/// <summary>Somebody wants to submit a sweep and may have only so many channels open at once.</summary>
/// <param name="Owner">Who; see <see cref="SweepSubmission.Owner"/>.</param>
/// <param name="Sweep">The sweep.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Most">Channels that all live sweeps of the owner may have open together.</param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelReservation")]
public sealed record ChannelReservation([property: Id(0)] string Owner, [property: Id(1)] SweepId Sweep, [property: Id(2)] long Channels, [property: Id(3)] long Most);

/// <summary>What became of a <see cref="ChannelReservation"/>.</summary>
/// <param name="IsGranted">Whether the sweep may be submitted, within the next half minute.</param>
/// <param name="Open">Channels that the other sweeps of the owner have open.</param>
[GenerateSerializer, Immutable, Alias("amviz.ReservedChannels")]
public readonly record struct ReservedChannels([property: Id(0)] bool IsGranted, [property: Id(1)] long Open);

namespace AmViz.Sweeps;

/// <summary>The end of a channel task as it is recorded: on the way from device to shard, and as a line of a manifest part.</summary>
/// <param name="Entry">Row of the manifest: the result.</param>
/// <param name="Run">Row of the run log: the attempt that brought it.</param>
[GenerateSerializer, Immutable, Alias("amviz.PartRow")]
public sealed record PartRow([property: Id(0)] ManifestEntry Entry, [property: Id(1)] RunLogEntry Run);

namespace AmViz.Cluster.Abstractions;

/// <summary>Names a channel task of a sweep.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Channel">Channel from 0, or class index.</param>
/// <param name="Seed">Seed; null: the first of the sweep.</param>
/// <param name="History">Whether attempts are wanted while the task has not ended: they are read from the store. Of one that has ended they always come.</param>
[GenerateSerializer, Immutable, Alias("amviz.TaskQuery")]
public sealed record TaskQuery(
    [property: Id(0)] string Model,
    [property: Id(1)] string Layer,
    [property: Id(2)] int Channel,
    [property: Id(3)] int? Seed = null,
    [property: Id(4)] bool History = true);

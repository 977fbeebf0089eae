namespace AmViz.Sweeps;

/// <summary>Tasks of one layer that are on a device together.</summary>
/// <param name="Recipe">How to draw, with its size resolved.</param>
/// <param name="Tasks">1 to <paramref name="PaddedSize"/> tasks that differ in channel and seed only.</param>
/// <param name="PaddedSize">
/// Number of images computed at once. A smaller batch is filled up, because the number of images chooses the kernels and so
/// the last bits: a picture must not depend on how full its batch was.
/// </param>
[GenerateSerializer, Immutable, Alias("amviz.ChannelBatch")]
public sealed record ChannelBatch(
    [property: Id(0)] RenderRecipe Recipe,
    [property: Id(1)] IReadOnlyList<ChannelTask> Tasks,
    [property: Id(2)] int PaddedSize)
{
    /// <summary>What the tasks are of that draw nothing; null: they are pictures.</summary>
    [Id(3)]
    public IComputedWork? Work { get; init; }
}

namespace AmViz.Sweeps;

/// <summary>A pass of photographs through a network as the work of a sweep: its tasks draw nothing, they show the network photographs.</summary>
/// <remarks>
/// It has two stages, each told apart by the name that stands in place of a layer's: the photographs, a task for each shard of them, and then their tables, one task, that merges
/// what the shards came to. What a pass is (the photographs, the layers) is written down in the store under its name.
/// </remarks>
/// <param name="Id">Name of the pass: a hash of all that determines its results.</param>
/// <param name="Crops">Photographs of each list that are cut out, 0 to 9.</param>
/// <param name="EffectiveFields">Photographs of the top list whose effective receptive field is measured, 0 to 9.</param>
/// <param name="Folder">Where every device finds the photographs, an absolute path; null: in the store, or they are made by the devices.</param>
[GenerateSerializer, Immutable, Alias("amviz.PassWork")]
public sealed record PassWork(
    [property: Id(0)] string Id,
    [property: Id(1)] int Crops,
    [property: Id(2)] int EffectiveFields,
    [property: Id(3)] string? Folder = null) : IComputedWork
{
    /// <summary>Of the tasks that show the network a shard of photographs each; their channel is the number of the shard.</summary>
    public const string Photographs = "photographs";

    /// <summary>Of the task that makes tables and crops of all shards.</summary>
    public const string Tables = "tables";

    /// <inheritdoc/>
    public int StageOf(string layer) => layer == Tables ? 1 : 0;
}

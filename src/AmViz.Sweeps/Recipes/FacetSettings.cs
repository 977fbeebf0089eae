namespace AmViz.Sweeps;

/// <summary>Several pictures of one channel, drawn together and pushed apart (facets: Nguyen et al. 2016; diversity: Olah et al. 2017).</summary>
/// <remarks>They lie side by side in one picture of the channel.</remarks>
[GenerateSerializer, Immutable, Alias("amviz.FacetSettings")]
public sealed record FacetSettings
{
    /// <summary>Number of facets.</summary>
    [Id(0)]
    [Bounds(2, 16)]
    public int Count { get; init; } = 4;

    /// <summary>Weight of the likeness of two facets that is taken from the objective: the mean cosine of their Gram matrices over all pairs (Olah et al. 2017, "Diversity").</summary>
    [Id(1)]
    [Bounds(0, 1e9)]
    public double Diversity { get; init; } = 1;

    /// <summary>Layer whose features are compared; null for the task's own. Logits have no positions to compare: name an earlier layer there.</summary>
    [Id(2)]
    public string? Layer { get; init; }
}

namespace AmViz.Sweeps;

/// <summary>Pictures that are held against photographs, layer by layer: makes a sweep one that scores another's pictures.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ScoreSelection")]
public sealed record ScoreSelection
{
    /// <summary>The sweep that drew them; null: the only one of the store that draws.</summary>
    [Id(0)]
    public string? Sweep { get; init; }

    /// <summary>A second network that is asked about them; null: none.</summary>
    [Id(1)]
    public ModelSelection? Judge { get; init; }
}

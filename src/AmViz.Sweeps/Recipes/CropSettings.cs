namespace AmViz.Sweeps;

/// <summary>Random square cut-outs, enlarged to the size of the picture; the objective is their mean.</summary>
[GenerateSerializer, Immutable, Alias("amviz.CropSettings")]
public sealed record CropSettings
{
    /// <summary>Cut-outs a step; a step takes as many times the arithmetic.</summary>
    [Id(0)]
    [Bounds(1, 256)]
    public int Count { get; init; } = 6;

    /// <summary>Smallest side, as a share of the picture's.</summary>
    [Id(1)]
    [Bounds(0.02, 1)]
    public double Smallest { get; init; } = 0.6;

    /// <summary>Largest side, as a share of the picture's, not below <see cref="Smallest"/>.</summary>
    [Id(2)]
    [Bounds(0.02, 1)]
    public double Largest { get; init; } = 1;
}

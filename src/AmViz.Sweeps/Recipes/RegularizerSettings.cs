namespace AmViz.Sweeps;

/// <summary>Penalties on the picture itself, taken from the objective; 0 switches one off.</summary>
[GenerateSerializer, Immutable, Alias("amviz.RegularizerSettings")]
public sealed record RegularizerSettings
{
    /// <summary>Weight of the total variation: the mean absolute difference of neighbouring pixels, over both axes (Mahendran and Vedaldi 2015, with exponent 1).</summary>
    [Id(0)]
    [Bounds(0, 1e9)]
    public double TotalVariation { get; init; }

    /// <summary>Weight of L1: the mean distance of pixels from mid-grey.</summary>
    [Id(1)]
    [Bounds(0, 1e9)]
    public double L1 { get; init; }

    /// <summary>Weight of L2: the mean squared distance of pixels from mid-grey (Simonyan et al. 2013).</summary>
    [Id(2)]
    [Bounds(0, 1e9)]
    public double L2 { get; init; }
}

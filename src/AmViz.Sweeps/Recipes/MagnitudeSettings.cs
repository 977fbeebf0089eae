namespace AmViz.Sweeps;

/// <summary>The magnitude of every frequency under <see cref="ParameterizationKind.FixedMagnitude"/>.</summary>
[GenerateSerializer, Immutable, Alias("amviz.MagnitudeSettings")]
public sealed record MagnitudeSettings
{
    /// <summary>Values of a colour plane in <see cref="Profile"/>.</summary>
    public const int ProfileLength = 32;

    /// <summary>Lowest frequency of <see cref="Profile"/>, in cycles a pixel: one wave over 256 pixels.</summary>
    public const double ProfileStart = 1.0 / 256;

    /// <summary>Highest frequency of <see cref="Profile"/>, in cycles a pixel: the corner of the spectrum.</summary>
    public const double ProfileEnd = 0.7071067811865476;

    /// <summary>
    /// Exponent of the law 1/frequency^n, where no photographs are given. Amplitudes of natural images fall with about 1
    /// (Field 1987; van der Schaaf and van Hateren 1996 found 0.94 on average).
    /// </summary>
    [Id(0)]
    [Bounds(0, 4)]
    public double Decay { get; init; } = 1;

    /// <summary>
    /// Mean magnitude of photographs in the place of the law: for each of the three decorrelated planes
    /// <see cref="ProfileLength"/> values at frequencies spaced evenly in the logarithm from <see cref="ProfileStart"/> to <see cref="ProfileEnd"/>.
    /// </summary>
    [Id(1)]
    [Bounds(3 * ProfileLength, 3 * ProfileLength)]
    public IReadOnlyList<double>? Profile { get; init; }
}

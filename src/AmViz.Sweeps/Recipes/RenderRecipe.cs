using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace AmViz.Sweeps;

/// <summary>Every setting that changes pixels. Settings that do not (threads, folders, batch) are options and live elsewhere.</summary>
/// <remarks>Immutable: start from <see cref="Recipes.Paper"/> and write <c>with</c>. Two equal recipes have the same <see cref="Hash"/>.</remarks>
[GenerateSerializer, Immutable, Alias("amviz.RenderRecipe")]
public sealed record RenderRecipe
{
    /// <summary>Number of the algorithm itself. Raised when a change of the code changes pixels, so that old pictures are not taken for new ones.</summary>
    public const int CurrentAlgorithmVersion = 5;

    /// <summary>Length of <see cref="Hash"/> in hexadecimal characters.</summary>
    public const int HashLength = 12;

    /// <summary>Largest picture, in pixels a side: keeps a mistyped size from taking all memory.</summary>
    public const int MaxSize = 4096;

    /// <summary>Smallest picture, in pixels a side; a network may ask for more.</summary>
    public const int MinSize = 8;

    // Asked for several times a picture. Not a field: 'with' would copy it.
    private static readonly ConditionalWeakTable<RenderRecipe, string> Hashes = [];

    /// <summary>Name of the recipe this one is or was derived from.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>See <see cref="CurrentAlgorithmVersion"/>.</summary>
    [Id(1)]
    public int AlgorithmVersion { get; init; } = CurrentAlgorithmVersion;

    /// <summary>How coefficients become an image.</summary>
    [Id(2)]
    public ParameterizationKind Parameterization { get; init; } = ParameterizationKind.Fourier;

    /// <summary>Number of ascent steps, N in Algorithm 1. Default: 1000 (the paper, section 3).</summary>
    [Id(3)]
    [Bounds(1, 1_000_000)]
    public int Steps { get; init; } = 1000;

    /// <summary>Height and width of the picture in pixels. Default: 0, the network's own input size, which replaces it when a sweep is planned.</summary>
    [Id(4)]
    [Bounds(MinSize, MaxSize, ZeroMeans = "the network's own input size")]
    public int Size { get; init; }

    /// <summary>Standard deviation of the normal draws that z starts from. Default: 0.01 (lucid, optvis/param/spatial.py).</summary>
    [Id(5)]
    [Bounds(0, 10)]
    public double InitialDeviation { get; init; } = 0.01;

    /// <summary>Exponent of the 1/frequency scaling of the spectrum. Default: 1 (Olah et al. 2017).</summary>
    [Id(6)]
    [Bounds(0, 4)]
    public double FrequencyDecay { get; init; } = 1;

    /// <summary>Factor on the scaled spectrum before the inverse transform. Default: 0.25 (lucid, optvis/param/spatial.py).</summary>
    [Id(7)]
    [Bounds(1e-6, 1e6)]
    public double SpectrumGain { get; init; } = 0.25;

    /// <summary>Whether the three planes are decorrelated colours, turned into RGB by the square root of ImageNet's colour covariance (Olah et al. 2017).</summary>
    [Id(8)]
    public bool DecorrelatedColour { get; init; } = true;

    /// <summary>Optimizer and its numbers.</summary>
    [Id(9)]
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Ranges of the stochastic transforms.</summary>
    [Id(10)]
    public TransformSettings Transforms { get; init; } = TransformSettings.None;

    /// <summary>What is maximized.</summary>
    [Id(11)]
    public ObjectiveSettings Objective { get; init; } = new();

    /// <summary>Steps between two values of the objective in the record, besides the first and the last. Default: 16.</summary>
    [Id(12)]
    [Bounds(1, 1_000_000)]
    public int TrajectoryInterval { get; init; } = 16;

    /// <summary>Penalties on the picture. Null: none.</summary>
    [Id(13)]
    public RegularizerSettings? Regularizers { get; init; }

    /// <summary>Several facets of a channel in one picture. Null: one.</summary>
    [Id(14)]
    public FacetSettings? Facets { get; init; }

    /// <summary>Magnitude of <see cref="ParameterizationKind.FixedMagnitude"/>. Null: a law of 1/frequency.</summary>
    [Id(15)]
    public MagnitudeSettings? Magnitude { get; init; }

    /// <summary>
    /// Whether the picture is transparent where the objective never looked: alpha is the absolute gradient of the pixels, added
    /// up over all steps (Fel et al. 2023, section 3.2).
    /// </summary>
    [Id(16)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Transparency { get; init; }

    /// <summary>
    /// First steps at which the gradient of an image whose objective is exactly zero is let through the ReLUs that stop it. Default: 16 (lucid,
    /// misc/redirected_relu_grad.py); 0: never.
    /// </summary>
    [Id(17)]
    [Bounds(0, 1_000_000)]
    public int RedirectedSteps { get; init; } = 16;

    /// <summary>Whether red, green and blue are one and the same plane, so that the picture is grey. Refused for networks whose pictures have no such channels.</summary>
    [Id(18)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Greyscale { get; init; }

    /// <summary>Statistics of natural pictures that layers before the target are held to. Null: none.</summary>
    [Id(19)]
    public PriorSettings? Prior { get; init; }

    /// <summary>Twelve hexadecimal characters that stand for every number above: part of a picture's address.</summary>
    [JsonIgnore]
    public string Hash => Hashes.GetValue(this, recipe => SweepJson.Hash(recipe, HashLength));
}

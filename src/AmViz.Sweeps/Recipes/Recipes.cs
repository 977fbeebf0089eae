namespace AmViz.Sweeps;

/// <summary>The recipes known by name.</summary>
public static class Recipes
{
    /// <summary>Algorithm 1 of the paper: Fourier spectrum, N = 1000, jitter, scale and rotation.</summary>
    /// <remarks>
    /// The paper names the three transforms without ranges. Ours: jitter of 8 px, scale 0.9 to 1.1 and rotation of 10 degrees
    /// are the ranges of the transforms that lucid and lucent apply by default (optvis/transform.py).
    /// </remarks>
    public static RenderRecipe Paper { get; } = new()
    {
        Name = "paper",
        Transforms = new() { JitterPixels = 8, ScaleMin = 0.9, ScaleMax = 1.1, RotationDegrees = 10 },
    };

    /// <summary>Equation 2 of the paper: gradient ascent on raw pixels without transforms, the baseline that it argues against.</summary>
    public static RenderRecipe Pixel { get; } = new()
    {
        Name = "pixel",
        Parameterization = ParameterizationKind.Pixel,
        DecorrelatedColour = false,
    };

    /// <summary>"Feature Visualization" (Olah et al. 2017), as lucid draws by default: a grey border, two jitters, scale and rotation, 512 steps.</summary>
    /// <remarks>Numbers of lucid, optvis/transform.py and optvis/render.py; its lists of angles and scales are ranges here.</remarks>
    public static RenderRecipe Olah2017 { get; } = new()
    {
        Name = "olah2017",
        Steps = 512,
        Transforms = new() { PadPixels = 12, JitterPixels = 8, ScaleMin = 0.9, ScaleMax = 1.1, RotationDegrees = 10, SecondJitterPixels = 4 },
    };

    /// <summary>MACO (Fel et al. 2023): the magnitude of natural images, phases optimized on noisy cut-outs, transparent where the objective never looked.</summary>
    /// <remarks>
    /// 256 steps, noise of 0.08, step size 1 and phases of deviation 1 are those of Xplique's maco, 6 cut-outs a step those of
    /// Horama. Both draw pictures much larger than the network's input and cut out ever smaller squares; ours draws at the input's
    /// size and cuts out 0.6 to 1 of the side, so that what is enlarged stays near the scale of the whole. Adam stands where they use NAdam.
    /// </remarks>
    public static RenderRecipe Maco { get; } = new()
    {
        Name = "maco",
        Parameterization = ParameterizationKind.FixedMagnitude,
        Steps = 256,
        InitialDeviation = 1,
        SpectrumGain = 1,
        Optimizer = new() { LearningRate = 1 },
        Transforms = new() { Crops = new(), NoiseDeviation = 0.08 },
        Transparency = true,
    };

    /// <summary>DeepInversion (Yin et al. 2020): every batch-norm is to see of the picture what it saw of the pictures that the network was trained on.</summary>
    /// <remarks>The prior is the paper's; image, transforms and optimizer are those of <see cref="Paper"/>, and so the weight is ours.</remarks>
    public static RenderRecipe DeepInversion { get; } = new()
    {
        Name = "deepinversion",
        Steps = 512,
        Transforms = Paper.Transforms,
        Prior = new() { Kind = PriorKind.BatchNorm, Weight = 5 },
    };

    /// <summary>VITAL (Görgün et al. 2025): layers are to see of the picture, sorted, what they see of photographs that excite the channel.</summary>
    /// <remarks>Needs photographs. The prior is the paper's; image, transforms, optimizer and the objective beside it are those of <see cref="Paper"/>, and so the weight is ours.</remarks>
    public static RenderRecipe Vital { get; } = new()
    {
        Name = "vital",
        Steps = 512,
        Transforms = Paper.Transforms,
        Prior = new() { Kind = PriorKind.Sorted, Weight = 50 },
    };

    /// <summary>All recipes, in the order in which they are listed to people.</summary>
    public static IReadOnlyList<RenderRecipe> All { get; } = [Paper, Pixel, Olah2017, Maco, DeepInversion, Vital];

    /// <summary>The recipe called <paramref name="name"/>, or null.</summary>
    public static RenderRecipe? Find(string name)
        => All.FirstOrDefault(recipe => string.Equals(recipe.Name, name, StringComparison.OrdinalIgnoreCase));
}

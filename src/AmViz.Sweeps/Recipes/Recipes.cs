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

    /// <summary>All recipes, in the order in which they are listed to people.</summary>
    public static IReadOnlyList<RenderRecipe> All { get; } = [Paper, Pixel];

    /// <summary>The recipe called <paramref name="name"/>, or null.</summary>
    public static RenderRecipe? Find(string name)
        => All.FirstOrDefault(recipe => string.Equals(recipe.Name, name, StringComparison.OrdinalIgnoreCase));
}

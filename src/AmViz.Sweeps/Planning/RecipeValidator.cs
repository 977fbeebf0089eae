using System.Globalization;

namespace AmViz.Sweeps;

/// <summary>Finds every number of a recipe that is out of its range.</summary>
public static class RecipeValidator
{
    /// <summary>Largest picture, in pixels a side: keeps a mistyped size from taking all memory.</summary>
    public const int MaxSize = 4096;

    /// <summary>Smallest picture, in pixels a side; a network may ask for more.</summary>
    public const int MinSize = 8;

    /// <summary>All mistakes of <paramref name="recipe"/>.</summary>
    /// <param name="recipe">What to look at.</param>
    /// <param name="path">Put before every place, such as <c>recipe</c>.</param>
    public static IEnumerable<SpecProblem> Validate(RenderRecipe recipe, string path = "recipe")
    {
        var optimizer = recipe.Optimizer;
        var transforms = recipe.Transforms;
        IEnumerable<SpecProblem?> all =
        [
            Range(recipe.Steps, 1, 1_000_000, $"{path}.steps"),
            recipe.Size == 0 ? null : Range(recipe.Size, MinSize, MaxSize, $"{path}.size"),
            Range(recipe.InitialDeviation, 0, 10, $"{path}.initialDeviation"),
            Range(recipe.FrequencyDecay, 0, 4, $"{path}.frequencyDecay"),
            Range(recipe.SpectrumGain, 1e-6, 1e6, $"{path}.spectrumGain"),
            Range(recipe.TrajectoryInterval, 1, 1_000_000, $"{path}.trajectoryInterval"),
            Range(recipe.RedirectedSteps, 0, 1_000_000, $"{path}.redirectedSteps"),
            Range(optimizer.LearningRate, 1e-12, 1e12, $"{path}.optimizer.learningRate"),
            Range(optimizer.Beta1, 0, 0.999999, $"{path}.optimizer.beta1"),
            Range(optimizer.Beta2, 0, 0.999999, $"{path}.optimizer.beta2"),
            Range(optimizer.Epsilon, 1e-30, 1, $"{path}.optimizer.epsilon"),
            Range(transforms.JitterPixels, 0, MaxSize, $"{path}.transforms.jitterPixels"),
            Range(transforms.ScaleMin, 0.05, 20, $"{path}.transforms.scaleMin"),
            Range(transforms.ScaleMax, 0.05, 20, $"{path}.transforms.scaleMax"),
            Range(transforms.RotationDegrees, 0, 180, $"{path}.transforms.rotationDegrees"),
            Range(transforms.PadPixels, 0, MaxSize, $"{path}.transforms.padPixels"),
            OptionalRange(transforms.SecondJitterPixels, 1, MaxSize, $"{path}.transforms.secondJitterPixels"),
            OptionalRange(transforms.NoiseDeviation, 0, 1, $"{path}.transforms.noiseDeviation"),
            OptionalRange(transforms.Crops?.Count, 1, 256, $"{path}.transforms.crops.count"),
            OptionalRange(transforms.Crops?.Smallest, 0.02, 1, $"{path}.transforms.crops.smallest"),
            OptionalRange(transforms.Crops?.Largest, transforms.Crops?.Smallest ?? 0.02, 1, $"{path}.transforms.crops.largest"),
            OptionalRange(recipe.Regularizers?.TotalVariation, 0, 1e9, $"{path}.regularizers.totalVariation"),
            OptionalRange(recipe.Regularizers?.L1, 0, 1e9, $"{path}.regularizers.l1"),
            OptionalRange(recipe.Regularizers?.L2, 0, 1e9, $"{path}.regularizers.l2"),
            OptionalRange(recipe.Facets?.Count, 2, 16, $"{path}.facets.count"),
            OptionalRange(recipe.Facets?.Diversity, 0, 1e9, $"{path}.facets.diversity"),
            OptionalRange(recipe.Magnitude?.Decay, 0, 4, $"{path}.magnitude.decay"),
            OptionalRange(recipe.Magnitude?.Profile?.Count, 3 * MagnitudeSettings.ProfileLength, 3 * MagnitudeSettings.ProfileLength, $"{path}.magnitude.profile"),
            recipe.Magnitude is not null && recipe.Parameterization != ParameterizationKind.FixedMagnitude
                ? new($"{path}.magnitude", "A magnitude is given, but the parameterization leaves it free. Write parameterization: fixedMagnitude, or leave the magnitude out.")
                : null,
            transforms.ScaleMin > transforms.ScaleMax
                ? new($"{path}.transforms.scaleMin", Text($"{transforms.ScaleMin} is above scaleMax, {transforms.ScaleMax}. Swap the two."))
                : null,
            recipe.Objective is { Kind: not ObjectiveKind.Neuron } and ({ Row: not null } or { Column: not null })
                ? new($"{path}.objective", Text($"A position is given, but the objective is '{recipe.Objective.Kind}'. Write kind: neuron, or leave row and column out."))
                : null,
        ];
        return all.OfType<SpecProblem>();
    }

    private static SpecProblem? OptionalRange(double? value, double min, double max, string path)
        => value is { } given ? Range(given, min, max, path) : null;

    private static SpecProblem? Range(double value, double min, double max, string path)
        => value >= min && value <= max
            ? null
            : new(path, Text($"{value} is out of range. Expected {min} to {max}."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Buffers;
using System.Collections;
using System.Globalization;

namespace AmViz.Sweeps;

/// <summary>Finds every number of a recipe that is out of its bounds, and numbers that contradict each other.</summary>
public static class RecipeValidator
{
    private const string Root = "recipe";

    private const int DigestLength = 64;

    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>All mistakes of <paramref name="recipe"/>, under paths such as <c>recipe.optimizer.beta1</c>.</summary>
    public static IEnumerable<SpecProblem> Validate(RenderRecipe recipe)
    {
        SpecProblem[] outOfBounds = [.. OutOfBounds(recipe, bounds: null, Root)];

        // What is out of its bounds is to be mended first.
        return outOfBounds.Concat(Contradictions(recipe).Where(problem => !outOfBounds.Any(wrong => wrong.Path == problem.Path || wrong.Path == problem.Other)));
    }

    private static IEnumerable<SpecProblem> OutOfBounds(object? value, BoundsAttribute? bounds, string path) => value switch
    {
        null or bool or Enum or string => [],
        int or double when Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number
            => bounds?.Allow(number) != false ? [] : [new(path, Text($"{number} is out of range. Expected {bounds}."))],
        IEnumerable list => OutOfBounds([.. list], bounds, path),
        _ => SweepJson.PropertiesOf(value.GetType())
            .SelectMany(property => OutOfBounds(property.Get!(value), BoundsAttribute.Of(property), $"{path}.{property.Name}")),
    };

    private static IEnumerable<SpecProblem> OutOfBounds(object?[] list, BoundsAttribute? length, string path)
        => length?.Allow(list.Length) != false
            ? list.Index().SelectMany(item => OutOfBounds(item.Item, bounds: null, Text($"{path}[{item.Index}]")))
            : [new(path, Text($"Found {list.Length} values. Expected {length}."))];

    private static IEnumerable<SpecProblem> Contradictions(RenderRecipe recipe)
    {
        var (parameterization, transforms, objective) = (recipe.Parameterization, recipe.Transforms, recipe.Objective);
        if (recipe.Magnitude is not null && parameterization != ParameterizationKind.FixedMagnitude)
        {
            yield return new($"{Root}.magnitude", "A magnitude is given, but the parameterization leaves it free. Write parameterization: fixedMagnitude, or leave the magnitude out.", $"{Root}.parameterization");
        }

        if (recipe.Prior is { } prior)
        {
            foreach (var problem in Contradictions(prior))
            {
                yield return problem;
            }
        }

        if (transforms.ScaleMin > transforms.ScaleMax)
        {
            yield return new($"{Root}.transforms.scaleMin", Text($"{transforms.ScaleMin} is above scaleMax, {transforms.ScaleMax}. Swap the two."), $"{Root}.transforms.scaleMax");
        }

        if (transforms.Crops is { } crops && crops.Smallest > crops.Largest)
        {
            yield return new($"{Root}.transforms.crops.largest", Text($"{crops.Largest} is below smallest, {crops.Smallest}. Swap the two."), $"{Root}.transforms.crops.smallest");
        }

        if (objective is { Kind: not ObjectiveKind.Neuron } and ({ Row: not null } or { Column: not null }))
        {
            yield return new($"{Root}.objective", $"A position is given, but the objective is '{objective.Kind}'. Write kind: neuron, or leave row and column out.", $"{Root}.objective.kind");
        }
    }

    private static IEnumerable<SpecProblem> Contradictions(PriorSettings prior)
    {
        const string photographs = $"{Root}.prior.photographs";
        if (prior.Kind != PriorKind.BatchNorm && prior.Photographs is not { Count: > 0 })
        {
            yield return new(photographs, $"Pictures are to be held to photographs, but none are named. Name a folder of some with --photos DIR.");
        }

        if (prior is { Kind: PriorKind.BatchNorm, Photographs: not null })
        {
            yield return new(photographs, "Photographs are named, but batch-norm's statistics are those of the weights. Write kind: moments, or leave the photographs out.", $"{Root}.prior.kind");
        }

        foreach (var (i, digest) in (prior.Photographs ?? []).Index())
        {
            if (digest is not { Length: DigestLength } || digest.AsSpan().ContainsAnyExcept(HexadecimalDigits))
            {
                yield return new(Text($"{photographs}[{i}]"), $"Found '{digest}'. Expected the SHA-256 of a file, {DigestLength} lower-case hexadecimal digits.");
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

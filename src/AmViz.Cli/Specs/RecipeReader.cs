using AmViz.Cli.CommandLine;
using AmViz.Sweeps;

namespace AmViz.Cli.Specs;

/// <summary>Reads a recipe: the name of a known one, or a mapping that changes some of its numbers.</summary>
internal static class RecipeReader
{
    /// <summary>Reads <paramref name="node"/>; ranges are the planner's business.</summary>
    public static RenderRecipe Read(SpecNode node)
    {
        if (node.IsScalar)
        {
            return Named(node);
        }

        var keys = node.Mapping(
            "name", "steps", "size", "parameterization", "initialDeviation", "frequencyDecay", "spectrumGain",
            "decorrelatedColour", "trajectoryInterval", "optimizer", "transforms", "objective");
        var recipe = keys.TryGetValue("name", out var name) ? Named(name) : Recipes.Paper;
        return recipe with
        {
            Steps = keys.GetValueOrDefault("steps")?.Integer() ?? recipe.Steps,
            Size = keys.GetValueOrDefault("size")?.Integer() ?? recipe.Size,
            Parameterization = keys.GetValueOrDefault("parameterization")?.Word<ParameterizationKind>() ?? recipe.Parameterization,
            InitialDeviation = keys.GetValueOrDefault("initialDeviation")?.Number() ?? recipe.InitialDeviation,
            FrequencyDecay = keys.GetValueOrDefault("frequencyDecay")?.Number() ?? recipe.FrequencyDecay,
            SpectrumGain = keys.GetValueOrDefault("spectrumGain")?.Number() ?? recipe.SpectrumGain,
            DecorrelatedColour = keys.GetValueOrDefault("decorrelatedColour")?.Flag() ?? recipe.DecorrelatedColour,
            TrajectoryInterval = keys.GetValueOrDefault("trajectoryInterval")?.Integer() ?? recipe.TrajectoryInterval,
            Optimizer = keys.TryGetValue("optimizer", out var optimizer) ? ReadOptimizer(optimizer, recipe.Optimizer) : recipe.Optimizer,
            Transforms = keys.TryGetValue("transforms", out var transforms) ? ReadTransforms(transforms, recipe.Transforms) : recipe.Transforms,
            Objective = keys.TryGetValue("objective", out var objective) ? ReadObjective(objective) : recipe.Objective,
        };
    }

    private static RenderRecipe Named(SpecNode node)
    {
        if (node.Text() is not { } name)
        {
            return Recipes.Paper;
        }

        var recipe = Recipes.Find(name);
        if (recipe is null)
        {
            var known = Recipes.All.Select(known => known.Name);
            node.Note($"'{name}' is not a recipe.{Nearest.Question(name, known)} Known are {string.Join(", ", known)}.");
        }

        return recipe ?? Recipes.Paper;
    }

    private static OptimizerSettings ReadOptimizer(SpecNode node, OptimizerSettings optimizer)
    {
        var keys = node.Mapping("kind", "learningRate", "beta1", "beta2", "epsilon");
        return optimizer with
        {
            Kind = keys.GetValueOrDefault("kind")?.Word<OptimizerKind>() ?? optimizer.Kind,
            LearningRate = keys.GetValueOrDefault("learningRate")?.Number() ?? optimizer.LearningRate,
            Beta1 = keys.GetValueOrDefault("beta1")?.Number() ?? optimizer.Beta1,
            Beta2 = keys.GetValueOrDefault("beta2")?.Number() ?? optimizer.Beta2,
            Epsilon = keys.GetValueOrDefault("epsilon")?.Number() ?? optimizer.Epsilon,
        };
    }

    private static TransformSettings ReadTransforms(SpecNode node, TransformSettings transforms)
    {
        if (node.IsScalar)
        {
            return TransformChoices.Find(node.Text() ?? TransformChoices.All) ?? Unknown();
        }

        var keys = node.Mapping("jitterPixels", "scaleMin", "scaleMax", "rotationDegrees", "padPixels");
        return transforms with
        {
            JitterPixels = keys.GetValueOrDefault("jitterPixels")?.Integer() ?? transforms.JitterPixels,
            ScaleMin = keys.GetValueOrDefault("scaleMin")?.Number() ?? transforms.ScaleMin,
            ScaleMax = keys.GetValueOrDefault("scaleMax")?.Number() ?? transforms.ScaleMax,
            RotationDegrees = keys.GetValueOrDefault("rotationDegrees")?.Number() ?? transforms.RotationDegrees,
            PadPixels = keys.GetValueOrDefault("padPixels")?.Integer() ?? transforms.PadPixels,
        };

        TransformSettings Unknown()
        {
            node.Note($"Expected {string.Join(", ", TransformChoices.Names)}, or a mapping with the numbers.");
            return transforms;
        }
    }

    private static ObjectiveSettings ReadObjective(SpecNode node)
    {
        if (node.IsScalar)
        {
            return new() { Kind = node.Word<ObjectiveKind>() ?? ObjectiveKind.Channel };
        }

        var keys = node.Mapping("kind", "row", "column");
        var row = keys.GetValueOrDefault("row")?.Integer();
        var column = keys.GetValueOrDefault("column")?.Integer();

        if (!keys.TryGetValue("kind", out var kind))
        {
            return new() { Row = row, Column = column };
        }

        // Whether a position belongs to it is unknown when the kind cannot be read.
        return kind.Word<ObjectiveKind>() is { } word ? new() { Kind = word, Row = row, Column = column } : new();
    }
}

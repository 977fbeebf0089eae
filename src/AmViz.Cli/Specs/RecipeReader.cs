using AmViz.Cli.CommandLine;
using AmViz.Models;
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
            "decorrelatedColour", "trajectoryInterval", "optimizer", "transforms", "objective", "regularizers", "facets", "magnitude", "transparency", "redirectedSteps", "greyscale");
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
            Regularizers = keys.TryGetValue("regularizers", out var regularizers) ? ReadRegularizers(regularizers, recipe.Regularizers ?? new()) : recipe.Regularizers,
            Facets = keys.TryGetValue("facets", out var facets) ? ReadFacets(facets, recipe.Facets ?? new()) : recipe.Facets,
            Magnitude = keys.TryGetValue("magnitude", out var magnitude) ? ReadMagnitude(magnitude, recipe.Magnitude ?? new()) : recipe.Magnitude,
            Transparency = keys.GetValueOrDefault("transparency")?.Flag() ?? recipe.Transparency,
            RedirectedSteps = keys.GetValueOrDefault("redirectedSteps")?.Integer() ?? recipe.RedirectedSteps,
            Greyscale = keys.GetValueOrDefault("greyscale")?.Flag() ?? recipe.Greyscale,
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

        var keys = node.Mapping(
            "jitterPixels", "scaleMin", "scaleMax", "rotationDegrees", "padPixels", "secondJitterPixels", "crops", "noiseDeviation");
        return transforms with
        {
            JitterPixels = keys.GetValueOrDefault("jitterPixels")?.Integer() ?? transforms.JitterPixels,
            ScaleMin = keys.GetValueOrDefault("scaleMin")?.Number() ?? transforms.ScaleMin,
            ScaleMax = keys.GetValueOrDefault("scaleMax")?.Number() ?? transforms.ScaleMax,
            RotationDegrees = keys.GetValueOrDefault("rotationDegrees")?.Number() ?? transforms.RotationDegrees,
            PadPixels = keys.GetValueOrDefault("padPixels")?.Integer() ?? transforms.PadPixels,
            SecondJitterPixels = keys.GetValueOrDefault("secondJitterPixels")?.Integer() ?? transforms.SecondJitterPixels,
            Crops = keys.TryGetValue("crops", out var crops) ? ReadCrops(crops, transforms.Crops ?? new()) : transforms.Crops,
            NoiseDeviation = keys.GetValueOrDefault("noiseDeviation")?.Number() ?? transforms.NoiseDeviation,
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

        var keys = node.Mapping("kind", "row", "column", "tokens", "terms");
        var read = new ObjectiveSettings
        {
            Row = keys.GetValueOrDefault("row")?.Integer(),
            Column = keys.GetValueOrDefault("column")?.Integer(),
            Tokens = keys.GetValueOrDefault("tokens")?.Word<TokenSelection>(),
            Terms = keys.TryGetValue("terms", out var terms) ? [.. terms.Items().Select(ReadTerm)] : null,
        };
        if (!keys.TryGetValue("kind", out var kind))
        {
            return read;
        }

        // Whether a position belongs to it is unknown when the kind cannot be read.
        return kind.Word<ObjectiveKind>() is { } word ? read with { Kind = word } : read with { Row = null, Column = null };
    }

    private static ObjectiveTerm ReadTerm(SpecNode node)
    {
        var keys = node.Mapping("layer", "channel", "weight");
        if (!keys.ContainsKey("channel"))
        {
            node.Note("A term names no channel. Write channel: N, and weight: W if it is not 1.");
        }

        return new()
        {
            Layer = keys.GetValueOrDefault("layer")?.Text(),
            Channel = keys.GetValueOrDefault("channel")?.Integer() ?? 0,
            Weight = keys.GetValueOrDefault("weight")?.Number() ?? 1,
        };
    }

    private static RegularizerSettings ReadRegularizers(SpecNode node, RegularizerSettings regularizers)
    {
        var keys = node.Mapping("totalVariation", "l1", "l2");
        return regularizers with
        {
            TotalVariation = keys.GetValueOrDefault("totalVariation")?.Number() ?? regularizers.TotalVariation,
            L1 = keys.GetValueOrDefault("l1")?.Number() ?? regularizers.L1,
            L2 = keys.GetValueOrDefault("l2")?.Number() ?? regularizers.L2,
        };
    }

    private static FacetSettings ReadFacets(SpecNode node, FacetSettings facets)
    {
        if (node.IsScalar)
        {
            return facets with { Count = node.Integer() ?? facets.Count };
        }

        var keys = node.Mapping("count", "diversity", "layer");
        return facets with
        {
            Count = keys.GetValueOrDefault("count")?.Integer() ?? facets.Count,
            Diversity = keys.GetValueOrDefault("diversity")?.Number() ?? facets.Diversity,
            Layer = keys.GetValueOrDefault("layer")?.Text() ?? facets.Layer,
        };
    }

    private static MagnitudeSettings ReadMagnitude(SpecNode node, MagnitudeSettings magnitude)
    {
        var keys = node.Mapping("decay", "profile");
        return magnitude with
        {
            Decay = keys.GetValueOrDefault("decay")?.Number() ?? magnitude.Decay,
            Profile = keys.TryGetValue("profile", out var profile) ? [.. profile.Items().Select(value => value.Number() ?? 0)] : magnitude.Profile,
        };
    }

    private static CropSettings ReadCrops(SpecNode node, CropSettings crops)
    {
        if (node.IsScalar)
        {
            return crops with { Count = node.Integer() ?? crops.Count };
        }

        var keys = node.Mapping("count", "smallest", "largest");
        return crops with
        {
            Count = keys.GetValueOrDefault("count")?.Integer() ?? crops.Count,
            Smallest = keys.GetValueOrDefault("smallest")?.Number() ?? crops.Smallest,
            Largest = keys.GetValueOrDefault("largest")?.Number() ?? crops.Largest,
        };
    }
}

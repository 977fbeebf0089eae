namespace AmViz.Sweeps;

/// <summary>Plans the scores of a sweep's pictures as the work of another sweep.</summary>
public static class ScorePlanner
{
    private static readonly int[] OneSeed = [0];

    /// <summary>Plans them. Equal pictures, passes and judges make equal plans.</summary>
    /// <param name="scores">What is made: at least one table, one a layer.</param>
    /// <param name="model">Name of the network that the pictures were drawn for.</param>
    /// <param name="weightsDigest">SHA-256 of its weights.</param>
    /// <param name="size">Side of the pictures that it is given, in pixels.</param>
    /// <param name="failureBudget">See <see cref="SweepSpec.FailureBudget"/>.</param>
    public static SweepPlan Plan(ScoreWork scores, string model, string weightsDigest, int size, int? failureBudget)
    {
        // Nothing is drawn. The steps of a task are pictures that are shown, of the layer with most; the rest of the recipe says nothing.
        var recipe = Recipes.Paper with { Size = size, Steps = scores.Tables.Max(table => table.Pictures) };
        PlannedLayer[] layers = [.. scores.Tables.Select(table => new PlannedLayer(model, weightsDigest, ScoreWork.TaskLayer(table.Layer), 1, IsLogits: false, size, ChannelSet.All(1)))];
        return new()
        {
            Id = new(SweepJson.Hash(new { SweepPlan.CurrentFormatVersion, Scores = scores, Recipe = recipe, Layers = layers }, SweepId.Length)),
            Recipe = recipe,
            Seeds = OneSeed,
            Layers = layers,
            FailureBudget = failureBudget,
            Scores = scores,
        };
    }

    /// <summary>What is wrong with what is to be scored, as far as that can be told without looking at it.</summary>
    /// <param name="spec">A spec with scores.</param>
    public static IEnumerable<SpecProblem> Check(SweepSpec spec)
    {
        var scores = spec.Scores ?? throw new ArgumentException("The spec has no scores.", nameof(spec));
        if (spec.Models.Count != 1)
        {
            yield return new("models", FormattableString.Invariant($"Found {spec.Models.Count} networks. Pictures of one are scored; write a spec for each."));
        }
        else if (spec.Models[0].Layers.Count > 0)
        {
            yield return new("models[0].layers", "Every layer that has pictures and a pass of photographs is scored. Leave the key out.");
        }

        if (spec.Seeds is not [0])
        {
            yield return new("seeds", "Pictures of all seeds are scored. Leave the key out.");
        }

        if (spec.Recipe != Recipes.Paper)
        {
            yield return new("recipe", "Nothing is drawn where pictures are scored. Leave out the recipe, and options that change it.");
        }

        if (spec.Photographs is not null)
        {
            yield return new("scores", "Found photographs beside scores. Show the photographs by a spec of their own first, and score the pictures once that sweep has ended.");
        }

        if (scores.Sweep is { } sweep && !SweepId.TryParse(sweep, out _))
        {
            yield return new("scores.sweep", FormattableString.Invariant($"'{sweep}' is not the id of a sweep. Expected {SweepId.Length} lower-case hexadecimal characters, as 'amviz run' prints them."));
        }

        if (scores.Judge is { Layers.Count: > 0 })
        {
            yield return new("scores.judge.layers", "A judge is asked by its last layers. Leave the key out.");
        }
    }
}

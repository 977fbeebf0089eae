namespace AmViz.Sweeps;

/// <summary>Plans a pass of photographs as the work of a sweep.</summary>
public static class PassPlanner
{
    private static readonly int[] OneSeed = [0];

    /// <summary>Plans it.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="model">Name of the network.</param>
    /// <param name="weightsDigest">SHA-256 of its weights.</param>
    /// <param name="size">Side of the pictures that it is given, in pixels.</param>
    /// <param name="shards">Shards of photographs, at least 1.</param>
    /// <param name="runs">Runs of the network that a shard takes: the steps of its task.</param>
    /// <param name="failureBudget">See <see cref="SweepSpec.FailureBudget"/>.</param>
    public static SweepPlan Plan(PassWork pass, string model, string weightsDigest, int size, int shards, int runs, int? failureBudget)
    {
        // Nothing is drawn. The steps of a task are runs of the network; the rest of the recipe says nothing.
        var recipe = Recipes.Paper with { Size = size, Steps = runs };
        PlannedLayer[] stages = [Stage(PassWork.Photographs, shards), Stage(PassWork.Tables, 1)];
        return new()
        {
            Id = new(SweepJson.Hash(new { SweepPlan.CurrentFormatVersion, Pass = pass, Recipe = recipe, Layers = stages }, SweepId.Length)),
            Recipe = recipe,
            Seeds = OneSeed,
            Layers = stages,
            FailureBudget = failureBudget,
            Pass = pass,
        };

        PlannedLayer Stage(string name, int tasks) => new(model, weightsDigest, name, tasks, IsLogits: false, size, ChannelSet.All(tasks));
    }

    /// <summary>What is wrong with what is to be shown, as far as that can be told without looking at it.</summary>
    /// <param name="spec">A spec with photographs.</param>
    /// <param name="largestShard">Most photographs of a shard.</param>
    public static IEnumerable<SpecProblem> Check(SweepSpec spec, int largestShard)
    {
        var shown = spec.Photographs ?? throw new ArgumentException("The spec has no photographs.", nameof(spec));
        if (spec.Models.Count != 1)
        {
            yield return new("models", FormattableString.Invariant($"Found {spec.Models.Count} networks. Photographs are shown to one; write a spec for each."));
        }

        if (spec.Seeds is not [0])
        {
            yield return new("seeds", "Photographs have no seeds. Leave the key out.");
        }

        if (spec.Recipe != Recipes.Paper)
        {
            yield return new("recipe", "Nothing is drawn where photographs are shown. Leave out the recipe, and options that change it.");
        }

        if (shown is { Textures: null, Folder: null } or { Textures: not null, Folder: not null })
        {
            yield return new("photographs", "Expected one of 'textures' (a number of them) and 'folder' (of pictures, or a CSV or Parquet file).");
        }

        if (shown.Textures is < 1)
        {
            yield return new("photographs.textures", FormattableString.Invariant($"{shown.Textures} is out of range. Expected at least 1."));
        }

        if (shown.LabelColumn is not null && shown.Folder is null)
        {
            yield return new("photographs.labelColumn", "Textures have their labels. Leave the key out.");
        }

        foreach (var problem in CheckNumbers(shown, largestShard))
        {
            yield return problem;
        }
    }

    private static IEnumerable<SpecProblem> CheckNumbers(PhotographSelection shown, int largestShard)
    {
        (string Key, int? Value, int Least, int Most)[] numbers =
        [
            ("shardSize", shown.ShardSize, 1, largestShard),
            ("batch", shown.Batch, 1, largestShard),
            ("crops", shown.Crops, 0, PhotographSelection.MostShown),
            ("effectiveFields", shown.EffectiveFields, 0, PhotographSelection.MostShown),
        ];
        return numbers.Where(number => number.Value < number.Least || number.Value > number.Most)
            .Select(number => new SpecProblem($"photographs.{number.Key}", FormattableString.Invariant($"{number.Value} is out of range. Expected {number.Least} to {number.Most}.")));
    }
}

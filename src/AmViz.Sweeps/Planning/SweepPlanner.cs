using System.Globalization;
namespace AmViz.Sweeps;

/// <summary>Turns a spec into a plan, or says everything that is wrong with it.</summary>
public static class SweepPlanner
{
    /// <summary>Plans <paramref name="spec"/>.</summary>
    /// <param name="spec">What is asked for.</param>
    /// <param name="open">Describes a selected network; throws with a message for people if there is none such.</param>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    public static SweepPlan Plan(SweepSpec spec, Func<ModelSelection, IModelDescription> open)
    {
        var problems = new List<SpecProblem>(RecipeValidator.Validate(spec.Recipe));
        problems.AddRange(CheckSeeds(spec));
        if (spec.FailureBudget < 0)
        {
            problems.Add(new("failureBudget", string.Create(CultureInfo.InvariantCulture, $"{spec.FailureBudget} is negative. Write 0 or more, or leave the key out to never give up.")));
        }

        if (spec.Models.Count == 0)
        {
            problems.Add(new("models", "No network is selected. Name at least one, such as 'texturenet'."));
        }

        var layers = new List<PlannedLayer>();
        for (var m = 0; m < spec.Models.Count; m++)
        {
            PlanModel(spec, $"models[{m}]", spec.Models[m], open, layers, problems);
        }

        problems.AddRange(CheckTwice(layers));
        return problems.Count == 0 ? Settle(spec, layers) : throw new SpecException(problems);
    }

    private static void PlanModel(
        SweepSpec spec, string path, ModelSelection selection, Func<ModelSelection, IModelDescription> open,
        List<PlannedLayer> layers, List<SpecProblem> problems)
    {
        IModelDescription model;
        try
        {
            model = open(selection);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            problems.Add(new($"{path}.{(selection.Digest is not null ? "digest" : selection.Weights is null ? "model" : "weights")}", e.Message));
            return;
        }

        if (model.Name.Length == 0 || model.Name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            problems.Add(new($"{path}.model", $"'{model.Name}' cannot name a network: it becomes part of addresses. Use letters, digits, '.', '_' and '-'."));
        }

        if (spec.Recipe.Size != 0 && !problems.Exists(problem => problem.Path == "recipe.size") && model.WhyNotOfSize(spec.Recipe.Size) is { } whyNot)
        {
            problems.Add(new("recipe.size", whyNot));
        }

        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chosen in LayerChoice.Choose(model, path, selection.Layers, problems))
        {
            PlanLayer(spec, model, chosen, layers, problems, reported);
        }
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Plans a layer, or reports why it cannot be drawn; of the layers of a pattern only the first is reported.</summary>
    private static void PlanLayer(
        SweepSpec spec, IModelDescription model, ChosenLayer chosen, List<PlannedLayer> layers, List<SpecProblem> problems, HashSet<string> reported)
    {
        SpecProblem[] inRecipe = [.. CheckRecipeOn(model, chosen.Layer, spec.Recipe)];
        if (inRecipe.Length == 0)
        {
            layers.Add(Planned(spec, model, chosen.Layer, chosen.Channels));
        }
        else if (reported.Add(chosen.Path))
        {
            problems.AddRange(inRecipe.Except(problems));
        }
    }

    /// <summary>What of the recipe this layer's network does not have.</summary>
    private static IEnumerable<SpecProblem> CheckRecipeOn(IModelDescription model, LayerFacts layer, RenderRecipe recipe)
    {
        if (recipe.Greyscale && !model.HasColours)
        {
            yield return new("recipe.greyscale", $"Pictures of '{model.Name}' have no red, green and blue that could be held alike. Leave greyscale out.");
        }

        if (recipe.Objective.Kind is ObjectiveKind.Logit or ObjectiveKind.Probability && !layer.IsLogits)
        {
            yield return new("recipe.objective.kind", $"A {recipe.Objective.Kind.ToString().ToLowerInvariant()} belongs to a class, but '{layer.Name}' is not the logits layer. Use 'channel' there, or select the layer 'logits'.");
            yield break;
        }

        if (recipe.Objective.Terms is { } terms)
        {
            for (var i = 0; i < terms.Count; i++)
            {
                var other = layer;
                if (terms[i].Layer is { } name && !model.TryFindLayer(name, out other, out var problem))
                {
                    yield return new($"recipe.objective.terms[{i}].layer", problem);
                }
                else if (terms[i].Channel < 0 || terms[i].Channel >= other.ChannelCount)
                {
                    yield return new($"recipe.objective.terms[{i}].channel", string.Create(CultureInfo.InvariantCulture,
                        $"Channel {terms[i].Channel} does not exist: '{other.Name}' of '{model.Name}' has {other.ChannelCount} channels, 0 to {other.ChannelCount - 1}."));
                }
            }
        }

        if (recipe.Prior is { Kind: PriorKind.BatchNorm } && !model.KeepsTrainingMoments)
        {
            yield return new("recipe.prior.kind", $"The weights of '{model.Name}' keep no statistics of batch-norm: the network has none, or it was folded away. Give photographs, whose statistics take their place (--photos DIR, or kind: moments).");
        }

        foreach (var (i, name) in (recipe.Prior?.Layers ?? []).Index())
        {
            if (!model.TryFindLayer(name, out _, out var problem))
            {
                yield return new($"recipe.prior.layers[{i}]", problem);
            }
        }

        if (recipe.Facets is { } facets)
        {
            var compared = layer;
            if (facets.Layer is { } name && !model.TryFindLayer(name, out compared, out var problem))
            {
                yield return new("recipe.facets.layer", problem);
            }
            else if (compared.IsLogits)
            {
                yield return new("recipe.facets.layer", "Facets are compared by their features at many positions, which logits do not have. Name an earlier layer, or leave the logits out with '!logits'.");
            }
        }
    }

    private static PlannedLayer Planned(SweepSpec spec, IModelDescription model, LayerFacts layer, ChannelSet? channels) => new(
        model.Name, model.WeightsDigest, layer.Name, layer.ChannelCount, layer.IsLogits,
        spec.Recipe.Size == 0 ? model.InputSize : spec.Recipe.Size,
        channels ?? ChannelSet.All(layer.ChannelCount));

    private static IEnumerable<SpecProblem> CheckSeeds(SweepSpec spec)
    {
        if (spec.Seeds.Count == 0)
        {
            yield return new("seeds", "No seed is given. Leave the key out for seed 0, or name at least one.");
        }

        for (var i = 0; i < spec.Seeds.Count; i++)
        {
            if (spec.Seeds[i] < 0)
            {
                yield return new($"seeds[{i}]", string.Create(CultureInfo.InvariantCulture, $"{spec.Seeds[i]} is negative. A seed is 0 or more."));
            }
        }
    }

    private static IEnumerable<SpecProblem> CheckTwice(IEnumerable<PlannedLayer> layers)
        => layers.GroupBy(layer => (layer.Model, layer.Layer))
            .Where(group => group.Count() > 1)
            .Select(group => new SpecProblem("models", $"Layer '{group.Key.Layer}' of '{group.Key.Model}' is selected {group.Count()} times. Select it once and list its channels together."));

    private static SweepPlan Settle(SweepSpec spec, List<PlannedLayer> layers)
    {
        int[] seeds = [.. spec.Seeds.Distinct().Order()];
        var identity = new { SweepPlan.CurrentFormatVersion, spec.Recipe, Seeds = seeds, Layers = layers };
        return new SweepPlan
        {
            Id = new(SweepJson.Hash(identity, SweepId.Length)),
            Recipe = spec.Recipe,
            Seeds = seeds,
            Layers = layers,
            FailureBudget = spec.FailureBudget,
        };
    }
}

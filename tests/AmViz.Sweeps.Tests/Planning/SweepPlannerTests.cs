using AmViz.TestKit;

namespace AmViz.Sweeps.Tests;

public sealed class SweepPlannerTests
{
    private static readonly FakeModel Model = new("fakenet", new LayerFacts("conv_1", 6, IsLogits: false), new LayerFacts("logits", 4, IsLogits: true));

    [Fact]
    public void WithoutLayersEveryDefaultTapIsDrawn()
    {
        var plan = SweepPlanner.Plan(new SweepSpec { Models = [new() { Model = "fakenet" }] }, _ => Model);
        Assert.Equal([("conv_1", "0-5", false), ("logits", "0-3", true)], plan.Layers.Select(layer => (layer.Layer, layer.Channels.ToString(), layer.IsLogits)));
        Assert.All(plan.Layers, layer => Assert.Equal((64, Model.WeightsDigest), (layer.Size, layer.WeightsDigest)));
        Assert.Equal(10, plan.TaskCount);
    }

    [Fact]
    public void AllMistakesAreReportedAtOnceWithTheirPlaces()
    {
        var spec = new SweepSpec
        {
            Models =
            [
                new() { Model = "fakenet", Layers = [new("conv_1", ChannelSet.Of(2, 6)), new("conv_9"), new("logits"), new("logits")] },
                new() { Model = "unknown" },
                new() { Weights = "missing" },
                new() { Model = "unknown", Digest = "0123abcd" },
            ],
            Seeds = [0, -1],
            FailureBudget = -1,
            Recipe = Recipes.Paper with
            {
                Steps = 0,
                Size = 7,
                InitialDeviation = double.NaN,
                Optimizer = new() { LearningRate = 0, Beta1 = 1 },
                Transforms = new() { JitterPixels = -1, ScaleMin = 2, ScaleMax = 1, RotationDegrees = 181 },
                Objective = new() { Row = 3 },
            },
        };
        var problems = Problems(spec);
        Assert.Equal(
            [
                "failureBudget", "models", "models[0].layers[0].channels", "models[0].layers[1].layer", "models[1].model", "models[2].weights", "models[3].digest",
                "recipe.initialDeviation", "recipe.objective", "recipe.optimizer.beta1", "recipe.optimizer.learningRate", "recipe.size", "recipe.steps",
                "recipe.transforms.jitterPixels", "recipe.transforms.rotationDegrees", "recipe.transforms.scaleMin", "seeds[1]",
            ],
            problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Contains("has 6 channels, 0 to 5", problems.Single(problem => problem.Path.EndsWith("channels", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
        Assert.All(problems, problem => Assert.EndsWith(".", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void TermsAndFacetsMustBeThereOnEveryNetworkThatIsDrawn()
    {
        SweepSpec With(RenderRecipe recipe, string layer) => new() { Models = [new() { Model = "fakenet", Layers = [new(layer)] }], Recipe = recipe };
        var terms = Recipes.Paper with { Objective = new() { Terms = [new() { Channel = 6 }, new() { Layer = "conv_9", Channel = 0 }, new() { Layer = "logits", Channel = 3 }] } };
        var facets = Recipes.Paper with { Facets = new() };
        Assert.Equal(
            ["recipe.objective.terms[0].channel", "recipe.objective.terms[1].layer"],
            Problems(With(terms, "conv_1")).Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.Equal(["recipe.facets.layer"], Problems(With(facets, "logits")).Select(problem => problem.Path));
        Assert.Equal(6, SweepPlanner.Plan(With(facets, "conv_1"), _ => Model).TaskCount);
        Assert.Equal(4, SweepPlanner.Plan(With(facets with { Facets = new() { Layer = "conv_1" } }, "logits"), _ => Model).TaskCount);
    }

    [Fact]
    public void NumbersOfTheRecipesOptionalPartsAreChecked()
    {
        var recipe = Recipes.Paper with
        {
            Facets = new() { Count = 1, Diversity = -1, Layer = "conv_1" },
            Regularizers = new() { TotalVariation = -1, L1 = double.NaN, L2 = -1 },
            Magnitude = new() { Decay = 9, Profile = [1, 2] },
            Transforms = new() { SecondJitterPixels = 0, NoiseDeviation = 2, Crops = new() { Count = 0, Smallest = 0.5, Largest = 0.4 } },
        };
        Assert.Equal(
            [
                "recipe.facets.count", "recipe.facets.diversity", "recipe.magnitude", "recipe.magnitude.decay", "recipe.magnitude.profile",
                "recipe.regularizers.l1", "recipe.regularizers.l2", "recipe.regularizers.totalVariation",
                "recipe.transforms.crops.count", "recipe.transforms.crops.largest", "recipe.transforms.noiseDeviation", "recipe.transforms.secondJitterPixels",
            ],
            RecipeValidator.Validate(recipe).Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void StatisticsThatTheWeightsDoNotKeepCannotBeAskedFor()
    {
        var folded = new FakeModel("folded", new LayerFacts("conv_1", 6, IsLogits: false)) { KeepsTrainingMoments = false };
        var error = Assert.Throws<SpecException>(() => SweepPlanner.Plan(new SweepSpec { Models = [new()], Recipe = Recipes.DeepInversion }, _ => folded));
        var problem = Assert.Single(error.Problems);
        Assert.Equal("recipe.prior.kind", problem.Path);
        Assert.Contains("'folded' keep no statistics of batch-norm", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LayersOfAPriorAreLookedUp()
    {
        var model = new FakeModel("fakenet", new LayerFacts("conv_1", 6, IsLogits: false));
        var error = Assert.Throws<SpecException>(() => SweepPlanner.Plan(
            new SweepSpec { Models = [new()], Recipe = Recipes.DeepInversion with { Prior = new() { Layers = ["conv_1", "conv_9"] } } }, _ => model));
        Assert.Equal("recipe.prior.layers[1]", Assert.Single(error.Problems).Path);
    }

    [Fact]
    public void TheMessageOfTheExceptionNamesEveryPlace()
    {
        var error = Assert.Throws<SpecException>(() => SweepPlanner.Plan(new SweepSpec { Seeds = [] }, _ => Model));
        Assert.Equal(["models", "seeds"], error.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        Assert.All(error.Problems, problem => Assert.Contains($"{problem.Path}: {problem.Message}", error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ObjectiveKind.Logit)]
    [InlineData(ObjectiveKind.Probability)]
    public void AClassHasNoScoreOnAConvolution(ObjectiveKind kind)
    {
        var recipe = Recipes.Paper with { Objective = new() { Kind = kind } };
        var problem = Assert.Single(Problems(new SweepSpec { Models = [new() { Layers = [new("conv_1"), new("logits")] }], Recipe = recipe }));
        Assert.Equal("recipe.objective.kind", problem.Path);
        Assert.Contains("conv_1", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("caf\u00e9")]
    public void ANameThatCannotBePartOfAnAddressIsRefused(string name)
    {
        var error = Assert.Throws<SpecException>(() => SweepPlanner.Plan(
            new SweepSpec { Models = [new() { Model = name }] }, _ => new FakeModel(name, Model.DefaultLayers)));
        Assert.Equal("models[0].model", Assert.Single(error.Problems).Path);
    }

    [Fact]
    public void CancellationIsNotTakenForAMistakeOfTheSpec()
        => Assert.Throws<OperationCanceledException>(() => SweepPlanner.Plan(
            new SweepSpec { Models = [new()] }, _ => throw new OperationCanceledException()));

    private static IReadOnlyList<SpecProblem> Problems(SweepSpec spec) => Assert.Throws<SpecException>(() => SweepPlanner.Plan(spec, Open)).Problems;

    private static FakeModel Open(ModelSelection selection) => selection switch
    {
        { Model: "unknown" } => throw new InvalidOperationException("There is no network 'unknown'."),
        { Weights: not null } => throw new InvalidOperationException("There is no folder 'missing'."),
        _ => Model,
    };
}

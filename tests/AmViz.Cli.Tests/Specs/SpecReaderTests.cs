using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Specs;
using AmViz.Models;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Cli.Tests.Specs;

public sealed class SpecReaderTests
{
    private static readonly FakeModel Net = new("fakenet", new("conv_1", 6, IsLogits: false), new("logits", 4, IsLogits: true));

    [Fact]
    public void EverythingASpecCanSayIsRead()
    {
        var spec = Read("""
            models:
              - model: fakenet
                weights: nets/fakenet
                layers:
                  - conv_1
                  - layer: logits
                    channels: 0-1,3
                  - { layer: conv_2, channels: [0, 2-3] }
              - othernet
              - digest: 12345678
            seeds: [0, 7]
            failureBudget: 10
            recipe:
              name: pixel
              steps: 64
              size: 96
              parameterization: fourier
              initialDeviation: 0.02
              frequencyDecay: 0.5
              spectrumGain: 2
              decorrelatedColour: true
              trajectoryInterval: 4
              optimizer: { kind: gradientAscent, learningRate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-6 }
              transforms: { jitterPixels: 2, scaleMin: 0.8, scaleMax: 1.2, rotationDegrees: 5, padPixels: 3 }
              objective: { kind: neuron, row: 1, column: 2 }
            """).Spec;

        Assert.Equal(["fakenet", "othernet", null], spec.Models.Select(model => model.Model));
        Assert.Equal([Path.Combine("specs", "nets/fakenet"), null, null], spec.Models.Select(model => model.Weights));
        Assert.Equal([null, null, "12345678"], spec.Models.Select(model => model.Digest));
        Assert.Equal(
            [new("conv_1"), new("logits", ChannelSet.Of(0, 1, 3)), new("conv_2", ChannelSet.Of(0, 2, 3))],
            spec.Models[0].Layers);
        Assert.Empty(spec.Models[1].Layers);
        Assert.Equal([0, 7], spec.Seeds);
        Assert.Equal(10, spec.FailureBudget);
        Assert.Equal(
            new RenderRecipe
            {
                Name = "pixel",
                Steps = 64,
                Size = 96,
                Parameterization = ParameterizationKind.Fourier,
                InitialDeviation = 0.02,
                FrequencyDecay = 0.5,
                SpectrumGain = 2,
                DecorrelatedColour = true,
                TrajectoryInterval = 4,
                Optimizer = new() { Kind = OptimizerKind.GradientAscent, LearningRate = 0.1, Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-6 },
                Transforms = new() { JitterPixels = 2, ScaleMin = 0.8, ScaleMax = 1.2, RotationDegrees = 5, PadPixels = 3 },
                Objective = new() { Kind = ObjectiveKind.Neuron, Row = 1, Column = 2 },
            },
            spec.Recipe);
    }

    [Fact]
    public void WhatIsShownInsteadOfDrawnIsRead()
    {
        var shown = Read("""
            models: [fakenet]
            photographs: { folder: photos, labelColumn: kind, copy: true, shardSize: 64, batch: 8, crops: 3, effectiveFields: 0 }
            """).Spec.Photographs;
        Assert.Equal(
            new() { Folder = Path.GetFullPath("specs/photos"), LabelColumn = "kind", Copy = true, ShardSize = 64, Batch = 8, Crops = 3, EffectiveFields = 0 }, shown);
        Assert.Equal(new() { Textures = 500 }, Read("models: [fakenet]\nphotographs: { textures: 500 }").Spec.Photographs);
        Assert.Null(Read("models: [fakenet]").Spec.Photographs);
    }

    [Fact]
    public void WhatIsScoredInsteadOfDrawnIsRead()
    {
        var scores = Read("""
            models: [fakenet]
            scores: { sweep: 0123456789abcdef, judge: { weights: judge } }
            """).Spec.Scores!;
        Assert.Equal(("0123456789abcdef", Path.Combine("specs", "judge")), (scores.Sweep, scores.Judge!.Weights));
        Assert.Equal("texturevit", Read("models: [fakenet]\nscores: { judge: texturevit }").Spec.Scores!.Judge!.Model);
        Assert.Equal(new(), Read("models: [fakenet]\nscores: {}").Spec.Scores);
        Assert.Null(Read("models: [fakenet]").Spec.Scores);
    }

    [Fact]
    public void ARecipeBesideScoresIsAMistake()
        => Assert.Contains("Nothing is drawn where pictures are scored", Assert.Single(SpecReader.Parse("models: [fakenet]\nrecipe: { steps: 3 }\nscores: {}", "a.yaml").Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void ARecipeBesidePhotographsIsAMistake()
        => Assert.Contains("Nothing is drawn where photographs are shown", Assert.Single(SpecReader.Parse("models: [fakenet]\nrecipe: { steps: 3 }\nphotographs: { textures: 5 }", "a.yaml").Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void ObjectivesPenaltiesAndCutOutsAreRead()
    {
        var recipe = Read("""
            models: [fakenet]
            recipe:
              name: maco
              objective: { tokens: class, terms: [{ channel: 3, weight: -0.5 }, { layer: conv_1, channel: 2 }] }
              regularizers: { totalVariation: 1, l1: 2, l2: 3 }
              facets: { count: 5, diversity: 0.5, layer: conv_1 }
              magnitude: { decay: 1.2 }
              transparency: false
              transforms: { secondJitterPixels: 3, noiseDeviation: 0.1, crops: { count: 2, smallest: 0.4, largest: 0.8 } }
            """).Spec.Recipe;

        Assert.Equal(TokenSelection.Class, recipe.Objective.Tokens);
        Assert.Equal([new() { Channel = 3, Weight = -0.5 }, new() { Layer = "conv_1", Channel = 2 }], recipe.Objective.Terms!);
        Assert.Equal(new RegularizerSettings { TotalVariation = 1, L1 = 2, L2 = 3 }, recipe.Regularizers);
        Assert.Equal(new FacetSettings { Count = 5, Diversity = 0.5, Layer = "conv_1" }, recipe.Facets);
        Assert.Equal(new MagnitudeSettings { Decay = 1.2 }, recipe.Magnitude);
        Assert.False(recipe.Transparency);
        Assert.Equal(
            new TransformSettings { SecondJitterPixels = 3, NoiseDeviation = 0.1, Crops = new() { Count = 2, Smallest = 0.4, Largest = 0.8 } },
            recipe.Transforms);
    }

    [Fact]
    public void EveryNumberOfARecipeCanBeWrittenInASpec()
    {
        var recipe = JsonSerializer.SerializeToNode(Recipes.Pixel, SweepJson.Compact)!.AsObject();
        // The number of the algorithm belongs to the program, not to the user.
        Assert.True(recipe.Remove("algorithmVersion"));
        recipe["objective"]!["row"] = 3;
        recipe["objective"]!["column"] = 4;
        var read = Read($"{{ \"models\": [\"fakenet\"], \"recipe\": {recipe} }}").Spec.Recipe;
        Assert.Equal(Recipes.Pixel with { Objective = new() { Row = 3, Column = 4 } }, read);
    }

    [Fact]
    public void WhatASpecLeavesOutHasItsDefault()
    {
        var spec = Read("models: [fakenet]").Spec;
        Assert.Equal(Recipes.Paper, spec.Recipe);
        Assert.Equal([0], spec.Seeds);
        Assert.Null(spec.FailureBudget);
    }

    [Fact]
    public void WordsStandForRecipesTransformsAndObjectives()
    {
        var spec = Read("""
            models: [fakenet]
            recipe: { transforms: jitter, objective: probability }
            """).Spec;
        Assert.Equal(TransformSettings.None with { JitterPixels = 8 }, spec.Recipe.Transforms);
        Assert.Equal(ObjectiveKind.Probability, spec.Recipe.Objective.Kind);
        Assert.Equal(Recipes.Pixel, Read("{ models: [fakenet], recipe: pixel }").Spec.Recipe);
    }

    [Fact]
    public void JsonIsASpecToo()
        => Assert.Equal("fakenet", Assert.Single(Read("""{"models": [{"model": "fakenet"}]}""").Spec.Models).Model);

    [Fact]
    public async Task FiveMistakesAreReportedAtOnceWithTheirPlacesInTheOrderOfTheFile()
        => Assert.Equal(
            [
                "specs/a.yaml:4:16: models[0].layers[0].layer: There is no layer 'conv_9'.",
                "specs/a.yaml:5:21: models[0].layers[1].channels: Channel 9 does not exist: 'conv_1' of 'fakenet' has 6 channels, 0 to 5.",
                "specs/a.yaml:6:1: sedes: 'sedes' is not a key here. Did you mean 'seeds'? Known are 'models', 'recipe', 'seeds', 'failureBudget', 'photographs', 'scores'.",
                "specs/a.yaml:8:10: recipe.steps: Found 'many'. Expected a whole number.",
                "specs/a.yaml:9:9: recipe.size: 7 is out of range. Expected 8 to 4096, or 0 for the network's own input size.",
            ],
            await ProblemsOf("""
                models:
                  - model: fakenet
                    layers:
                      - layer: conv_9
                      - { channels: 0-9, layer: conv_1 }
                sedes: [1]
                recipe:
                  steps: many
                  size: 7
                """));

    [Theory]
    [InlineData("models: fakenet", "1:9: models: Found 'fakenet'. Expected a list.")]
    [InlineData("recipe: paper", "1:1: models: No network is selected.")]
    [InlineData("models: [{ layers: [conv_1] }]", "1:10: models[0]: None of 'model', 'weights' and 'digest' is given.")]
    [InlineData("models: [{ digest: [1af87512], layers: [conv_9] }]", "1:20: models[0].digest: Found a list. Expected a text.")]
    [InlineData("models: [{ model: fakenet, layers: [{ channels: 0 }] }]", "1:37: models[0].layers[0]: The name of the layer is missing.")]
    [InlineData("models: [{ model: fakenet, layers: [{ layer: conv_1, channels: 5-2 }] }]", "1:64: models[0].layers[0].channels: The range '5-2' ends before it begins.")]
    [InlineData("models: [{ model: fakenet, layers: }]", "models[0].layers: Nothing stands here. Expected a list.")]
    [InlineData("models: [{ model: [a] }]", "1:19: models[0].model: Found a list. Expected a text.")]
    [InlineData("{ models: [fakenet], recipe: papre }", "1:30: recipe: 'papre' is not a recipe. Did you mean 'paper'?")]
    [InlineData("{ models: [fakenet], recipe: { objective: { kind: chanel, row: 1 } } }", "1:51: recipe.objective.kind: Found 'chanel'. Expected one of 'channel', 'neuron', 'logit', 'probability'. Did you mean 'channel'?")]
    [InlineData("{ models: [fakenet], recipe: { objective: { row: 1 } } }", "1:43: recipe.objective: A position is given")]
    [InlineData("{ models: [fakenet], recipe: { transforms: wild } }", "1:44: recipe.transforms: Found 'wild'. Expected all, jitter, none, or a mapping with 'jitterPixels',")]
    [InlineData("{ models: [fakenet], recipe: { optimizer: { learningRate: .nan } } }", "1:59: recipe.optimizer.learningRate: Found '.nan'. Expected a number.")]
    [InlineData("{ models: [fakenet], seeds: [0, -1] }", "1:33: seeds[1]: -1 is negative.")]
    [InlineData("{ models: [fakenet], failureBudget: -1 }", "1:37: failureBudget: -1 is negative.")]
    [InlineData("{ models: [fakenet], models: [fakenet] }", "1:22: This is not YAML: Duplicate key")]
    [InlineData("models: [{ model: fakenet, layers: [conv_9*] }]", "1:37: models[0].layers[0].layer: There is no layer 'conv_9*'.")]
    [InlineData("models: [{ model: fakenet, layers: [{ layer: conv*, channels: 9 }] }]", "1:63: models[0].layers[0].channels: Channel 9 does not exist: the widest layer of 'conv*'")]
    [InlineData("models:\n  - model: fakenet\n    layers:\n      - *_bn", "4:9: This is not YAML: '*_bn' without quotes is an alias")]
    [InlineData("models:\n  - model: fakenet\n    layers:\n      - !logits", "4:9: models[0].layers[0]: Found '!logits' without quotes, which YAML takes for a tag. Write it in quotes.")]
    [InlineData("models: [", "This is not YAML")]
    [InlineData("", "1:1: Found 0 documents.")]
    [InlineData("just text", "1:1: Found 'just text'. Expected a mapping with 'models'")]
    public async Task AMistakeIsReportedOnceWithItsPlace(string yaml, string expected)
        => Assert.Contains(expected, Assert.Single(await ProblemsOf(yaml)), StringComparison.Ordinal);

    [Fact]
    public async Task DeepNestingIsRefusedBeforeItIsRead()
        => Assert.Contains("nested more than", Assert.Single(await ProblemsOf(new string('[', 200_000))), StringComparison.Ordinal);

    [Fact]
    public void AMissingFileIsReportedByItsName()
        => Assert.Contains("'gone.yaml' cannot be read", Assert.Throws<UsageException>(() => SpecReader.Read("gone.yaml")).Message, StringComparison.Ordinal);

    private static SpecDocument Read(string yaml)
    {
        var document = SpecReader.Parse(yaml, "specs/a.yaml");
        Assert.Empty(document.Problems);
        return document;
    }

    private static async Task<IReadOnlyList<string>> ProblemsOf(string yaml)
        => (await Assert.ThrowsAsync<UsageException>(() => SpecReader.Parse(yaml, "specs/a.yaml").PlanAsync(spec => Task.FromResult(SweepPlanner.Plan(spec, _ => Net))))).Problems;
}

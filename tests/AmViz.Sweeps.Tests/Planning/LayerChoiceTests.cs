using AmViz.TestKit;
using CsCheck;

namespace AmViz.Sweeps.Tests;

public sealed class LayerChoiceTests
{
    private static readonly FakeModel Model = new(
        "fakenet",
        new LayerFacts("conv_1", 4, IsLogits: false), new("conv_1_bn", 4, IsLogits: false), new("conv_2", 8, IsLogits: false), new("conv_2_bn", 8, IsLogits: false),
        new("block.3", 2, IsLogits: false), new("head[0]", 5, IsLogits: false), new("logits", 3, IsLogits: true))
    {
        IsDefaultTap = name => !name.StartsWith("conv", StringComparison.Ordinal) || name.EndsWith("_bn", StringComparison.Ordinal),
    };

    [Theory]
    [InlineData("", "conv_1_bn conv_2_bn block.3 head[0] logits")]
    [InlineData("default", "conv_1_bn conv_2_bn block.3 head[0] logits")]
    [InlineData("all", "conv_1 conv_1_bn conv_2 conv_2_bn block.3 head[0] logits")]
    [InlineData("conv_?", "conv_1 conv_2")]
    [InlineData("*_bn", "conv_1_bn conv_2_bn")]
    [InlineData("conv_[2-9]*", "conv_2 conv_2_bn")]
    [InlineData("logits,conv_1", "logits conv_1")]
    [InlineData("logits,conv_?", "conv_1 conv_2 logits")]
    [InlineData("*_bn,conv_1*,conv_2_bn", "conv_1 conv_1_bn conv_2_bn")]
    [InlineData("!logits", "conv_1_bn conv_2_bn block.3 head[0]")]
    [InlineData("all,!conv_*", "block.3 head[0] logits")]
    [InlineData("!*_bn,all,!default", "conv_1 conv_2")]
    [InlineData("head[0]", "head[0]")]
    [InlineData("head[[]0]", "head[0]")]
    [InlineData("block.*", "block.3")]
    public void NamesPatternsAndWordsCanBeMixed(string written, string expected)
    {
        var layers = Plan(Selections(written)).Layers.Select(layer => layer.Layer);
        Assert.Equal(expected, string.Join(' ', layers));
    }

    [Fact]
    public void AnExactNameWinsOverEveryOtherMeaning()
    {
        var model = new FakeModel("fakenet", new LayerFacts("a[1]", 1, IsLogits: false), new("a1", 1, IsLogits: false), new("all", 1, IsLogits: false), new("default", 1, IsLogits: false), new("!all", 1, IsLogits: false), new("*", 1, IsLogits: false));
        Assert.All(model.Layers, layer => Assert.Equal([layer.Name], Plan([new(layer.Name)], model).Layers.Select(planned => planned.Layer)));
    }

    [Fact]
    public void APatternIsTheSameSweepAsItsLayersListedByHand()
        => Gen.Char["abc_*?[]12"].Array[1, 5].Select(text => new string(text)).List[1, 3].Sample(
            patterns =>
            {
                var model = new FakeModel("fakenet", [.. "ab,a1,b_1,c2,c_2,1".Split(',').Select((name, i) => new LayerFacts(name, i + 1, IsLogits: false))]);
                var matching = patterns.Where(pattern => !model.TryFindLayer(pattern, out _, out _)
                    && LayerPattern.HasWildcard(pattern) && model.Layers.Any(layer => new LayerPattern(pattern).IsMatch(layer.Name))).ToArray();
                if (matching.Length > 0)
                {
                    var plan = Plan([.. matching.Select(pattern => new LayerSelection(pattern))], model);
                    Assert.Equal(plan.Layers.Select(layer => layer.Layer).Distinct(), plan.Layers.Select(layer => layer.Layer));
                    Assert.Equal(
                        model.Layers.Where(layer => matching.Any(pattern => new LayerPattern(pattern).IsMatch(layer.Name))).Select(layer => layer.Name),
                        plan.Layers.Select(layer => layer.Layer));
                    Assert.Equal(Plan([.. plan.Layers.Select(layer => new LayerSelection(layer.Layer))], model).Id, plan.Id);
                }
            },
            iter: 2_000);

    [Theory]
    [InlineData("*_bn", "0-5", "conv_1_bn 0-3, conv_2_bn 0-5")]
    [InlineData("all", "4,7", "conv_2 4,7, conv_2_bn 4,7, head[0] 4")]
    [InlineData("default", "3", "conv_1_bn 3, conv_2_bn 3, head[0] 3")]
    public void ChannelsWithAPatternAreDrawnOfEveryLayerThatHasThem(string pattern, string channels, string expected)
    {
        var plan = Plan([new(pattern, ChannelSet.TryParse(channels, out _))]);
        Assert.Equal(expected, Text(plan));
    }

    [Fact]
    public void ChannelsGivenWithANameWinOverThoseOfPatternsWhichAreJoined()
    {
        Assert.Equal("conv_1_bn 0-3, conv_2_bn 7", Text(Plan([new("*_bn"), new("conv_2_bn", ChannelSet.Of(7))])));
        Assert.Equal("conv_1_bn 0-1, conv_2 3, conv_2_bn 0-1,3", Text(Plan([new("*_bn", ChannelSet.Of(0, 1)), new("conv_2*", ChannelSet.Of(3))])));
        Assert.Equal("conv_1_bn 0, conv_2 0-7, conv_2_bn 0-7", Text(Plan([new("*_bn", ChannelSet.Of(0)), new("conv_2*")])));
    }

    [Theory]
    [InlineData("conv_9*", "models[0].layers[0].layer", "There is no layer 'conv_9*'.")]
    [InlineData("All", "models[0].layers[0].layer", "There is no layer 'All'.")]
    [InlineData("conv_1,!conv_9*", "models[0].layers[1].layer", "There is no layer 'conv_9*'.")]
    [InlineData("conv_*,!conv_*", "models[0].layers[1].layer", "No layer of 'fakenet' is left: all that is chosen is left out again by '!'.")]
    [InlineData("logits,logits,conv_*", "models", "Layer 'logits' of 'fakenet' is selected 2 times.")]
    [InlineData("", "models[0].layers[0].layer", "There is no layer ''.")]
    [InlineData("!", "models[0].layers[0].layer", "There is no layer ''.")]
    public void WhatMatchesNothingIsAnError(string written, string path, string message)
    {
        var problem = Assert.Single(ProblemsOf([.. written.Split(',').Select(name => new LayerSelection(name))]));
        Assert.Equal(path, problem.Path);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv_*", "8", "Channel 8 does not exist: the widest layer of 'conv_*', 'conv_2' of 'fakenet', has 8 channels, 0 to 7.")]
    [InlineData("default", "0-99", "Channel 99 does not exist: the widest layer of 'default', 'conv_2_bn' of 'fakenet', has 8 channels, 0 to 7.")]
    [InlineData("!conv_1", "0", "Channels are given for '!conv_1', which leaves whole layers out.")]
    public void AChannelThatNoneOfTheLayersHasIsAnError(string name, string channels, string message)
    {
        var problem = Assert.Single(ProblemsOf([new(name, ChannelSet.TryParse(channels, out _))]));
        Assert.Equal("models[0].layers[0].channels", problem.Path);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnObjectiveOfClassesIsRefusedOnceForAllTheLayersOfAPattern()
    {
        var recipe = Recipes.Paper with { Objective = new() { Kind = ObjectiveKind.Logit } };
        foreach (var layers in new LayerSelection[][] { [new("all")], [] })
        {
            var error = Assert.Throws<SpecException>(() => SweepPlanner.Plan(new SweepSpec { Models = [new() { Layers = layers }], Recipe = recipe }, _ => Model));
            Assert.Equal("recipe.objective.kind", Assert.Single(error.Problems).Path);
        }

        Assert.Equal(3, SweepPlanner.Plan(new SweepSpec { Models = [new() { Layers = [new("logit?")] }], Recipe = recipe }, _ => Model).TaskCount);
    }

    private static LayerSelection[] Selections(string written)
        => [.. written.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new LayerSelection(name))];

    private static SweepPlan Plan(LayerSelection[] layers, FakeModel? model = null)
        => SweepPlanner.Plan(new SweepSpec { Models = [new() { Layers = layers }] }, _ => model ?? Model);

    private static string Text(SweepPlan plan) => string.Join(", ", plan.Layers.Select(layer => $"{layer.Layer} {layer.Channels}"));

    private static IReadOnlyList<SpecProblem> ProblemsOf(LayerSelection[] layers)
        => Assert.Throws<SpecException>(() => Plan(layers)).Problems;
}

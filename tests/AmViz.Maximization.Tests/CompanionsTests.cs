using AmViz.Models;
using AmViz.Sweeps;
using CsCheck;
using TorchSharp;

namespace AmViz.Maximization.Tests;

/// <summary>What is told of a task must not depend on what it is drawn with.</summary>
[Collection(TorchTests.Name)]
public sealed class CompanionsTests
{
    private const int BatchSize = 3;

    private static readonly string[] Layers = ["conv_pw_1_relu", "conv_dw_2_bn", "conv_pw_3", "conv_pw_5_relu", "conv_pw_5_bn", "logits"];

    private static readonly Gen<RenderRecipe> AnyRecipe =
        from named in Of([.. Recipes.All])
        from optimizer in Of(OptimizerKind.Adam, OptimizerKind.GradientAscent)
        from rate in Of(0.05, 1, 1e6, 1e12)
        from jitter in Gen.Int[0, 8]
        from crops in Of(null, new CropSettings { Count = 2 })
        from noise in Of(null, (double?)0.1)
        from facets in Of(null, new FacetSettings { Count = 2 })
        from transparency in Gen.Bool
        from greyscale in Gen.Bool
        from redirected in Gen.Int[0, 3]
        from steps in Gen.Int[1, 24]
        from interval in Of(1, 4, 16)
        from regularizers in Of(null, new RegularizerSettings { TotalVariation = 0.5 })
        select named with
        {
            Size = 32, Steps = steps, TrajectoryInterval = interval, Facets = facets, Transparency = transparency, Greyscale = greyscale,
            RedirectedSteps = redirected, Regularizers = regularizers, Optimizer = new() { Kind = optimizer, LearningRate = rate },
            Transforms = named.Transforms with { JitterPixels = jitter, Crops = crops, NoiseDeviation = noise },
        };

    private static readonly Gen<(RenderRecipe Recipe, ChannelTask Wanted, ChannelTask[] Companions, int Place)> Cases =
        from recipe in AnyRecipe
        from layer in Of(Layers)
        from kind in Of(layer == "logits" ? [ObjectiveKind.Logit, ObjectiveKind.Probability] : (ObjectiveKind[])[ObjectiveKind.Channel, ObjectiveKind.Neuron])
        from hasTerm in Gen.Bool
        from wanted in TaskOf(layer)
        from companions in TaskOf(layer).Array[BatchSize - 1]
        from place in Gen.Int[0, BatchSize - 1]
        select (
            recipe with { Objective = new() { Kind = kind, Terms = hasTerm ? [new() { Layer = "conv_pw_5_relu", Channel = 1, Weight = -0.5 }] : null } },
            wanted, companions, place);

    [Fact]
    public void WhatIsToldOfATaskDoesNotDependOnItsCompanionsOrItsPlace()
    {
        using var network = TinyWeights.Separate().Load();
        Cases.Sample(
            one =>
            {
                var alone = Draw(network, one.Recipe, [.. Enumerable.Repeat(one.Wanted, BatchSize)])[0];      // as an unfilled batch is filled up
                List<ChannelTask> tasks = [.. one.Companions];
                tasks.Insert(one.Place, one.Wanted);
                AssertSame(alone, Draw(network, one.Recipe, [.. tasks])[one.Place]);
            },
            iter: 60, threads: 1);
    }

    [Fact]
    public void AnImageThatWakesUpLateIsTheSameAloneAndBesideALivingOne()
    {
        using var network = new HandSetNetwork();
        var recipe = Recipes.Paper with { Size = 32, Steps = 40, TrajectoryInterval = 4, Transforms = new() { JitterPixels = 8 } };
        var (late, never) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            foreach (var channel in (int[])[1, 2])
            {
                var task = HandSetNetwork.Task(HandSetNetwork.Late, channel, seed);
                var alone = Draw(network, recipe, task)[0];
                AssertSame(alone, Draw(network, recipe, HandSetNetwork.Task(HandSetNetwork.Late, 0), task)[1]);
                late += alone[0].Outcome == ChannelOutcome.Rendered && alone[0].Objective.Points[0].Objective == 0 ? 1 : 0;
                never += alone[0].Outcome == ChannelOutcome.Dead ? 1 : 0;
            }
        }

        Assert.True(late >= 5 && never >= 5, $"{late} woke up late and {never} never did; expected some of each, or the test says nothing");
    }

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<ChannelTask> TaskOf(string layer)
        => from channel in Gen.Int[0, 3] from seed in Gen.Int[0, 2] select new ChannelTask("tiny", "d1ce", layer, channel, seed);

    private static void AssertSame(MaximizedImage[] expected, MaximizedImage[] actual)
    {
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one.Outcome, other.Outcome);
            Assert.Equal(one.Planes, other.Planes);
            Assert.Equal(one.Opacity, other.Opacity);
            Assert.Equal((one.Objective.Initial, one.Objective.Final), (other.Objective.Initial, other.Objective.Final));
            Assert.Equal(one.Objective.Points, other.Objective.Points);
        }
    }

    /// <returns>The facets of each task.</returns>
    private static MaximizedImage[][] Draw(INetwork network, RenderRecipe recipe, params ChannelTask[] tasks)
    {
        using var references = new ReferenceImages(network, torch.linspace(0, 1, 2 * 3 * 32 * 32).view(2, 3, 32, 32));
        return [.. new ActivationMaximizer(network) { References = references }.Maximize(recipe, tasks, progress: null, TestContext.Current.CancellationToken).Chunk(recipe.Facets?.Count ?? 1)];
    }
}

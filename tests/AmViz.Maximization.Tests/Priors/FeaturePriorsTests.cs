using AmViz.Models;
using AmViz.Models.Tests;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Priors;

[Collection(TorchTests.Name)]
public sealed class FeaturePriorsTests
{
    private const int Size = 32;

    private static readonly ChannelTask Task = new("tiny", "d1ce", "logits", 3, 0);

    [Fact]
    public void MomentsOfTheWeightsAreWhatBatchNormMakesOfItsMovingStatistics()
    {
        using var scope = NewDisposeScope();
        var tiny = TinyWeights.Separate();
        using var network = tiny.Load();
        var images = rand(4, 3, Size, Size);
        foreach (var unit in (string[])["conv1", "conv_dw_2", "conv_pw_3"])
        {
            // Whatever the pictures, a deviation of the means before batch-norm is the same deviation behind it, and so are shares of the variance.
            var (before, behind) = (network.Forward(images, unit).flatten(2), network.Forward(images, $"{unit}_bn").flatten(2));
            var (moving, told) = (new ChannelMoments(Raw("running_mean"), Raw("running_var")), network.TrainingMoments[$"{unit}_bn"]);
            AssertClose(Deviations(before, moving), Deviations(behind, told));
            AssertClose(before.var([0, 2]) / moving.Variance, behind.var([0, 2]) / told.Variance);

            Tensor Raw(string kind) => tensor(tiny.Values[$"{unit}_bn.{kind}"]);
        }

        static Tensor Deviations(Tensor values, ChannelMoments moments) => (values.mean([0, 2]) - moments.Mean) / moments.Variance.sqrt();
        static void AssertClose(Tensor expected, Tensor actual) => Assert.True((expected - actual).abs().max().item<float>() < 1e-3, $"{expected} against {actual}");
    }

    [Fact]
    public void FoldedWeightsTellNoMoments()
    {
        using var network = TinyWeights.Folded().Load();
        Assert.Empty(network.TrainingMoments);
        Assert.False(network.Description.KeepsTrainingMoments);
        using var separate = TinyWeights.Separate().Load();
        Assert.True(separate.Description.KeepsTrainingMoments);
    }

    [Fact]
    public void MomentsOfPhotographsAreThoseOfAllTheirPositions()
    {
        using var scope = NewDisposeScope();
        using var network = TinyWeights.Separate().Load();
        var photographs = rand(19, 3, Size, Size);
        using var references = new ReferenceImages(network, photographs.clone().DetachFromDisposeScope());

        var (mean, variance) = references.Moments("conv_pw_2_bn");

        var values = network.Forward(photographs, "conv_pw_2_bn").flatten(2);
        Assert.True((mean - values.mean([0, 2])).abs().max().item<float>() < 1e-4);
        Assert.True((variance - values.var([0, 2], unbiased: false)).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void OfPhotographsThoseCountThatExciteTheChannelMost()
    {
        using var scope = NewDisposeScope();
        using var network = TinyWeights.Separate().Load();
        var photographs = rand(12, 3, Size, Size);
        using var references = new ReferenceImages(network, photographs.clone().DetachFromDisposeScope());
        var best = network.Forward(photographs, "logits").select(1, Task.Channel).argmax().item<long>();

        var strongest = references.Strongest("conv_pw_5_bn", "logits", Task.Channel, 1);

        Assert.Equal(network.Forward(photographs.narrow(0, best, 1), "conv_pw_5_bn").flatten(2).data<float>().ToArray(), strongest.data<float>().ToArray());
    }

    [Theory]
    [InlineData(PriorKind.BatchNorm)]
    [InlineData(PriorKind.Moments)]
    [InlineData(PriorKind.Sorted)]
    public void APictureThatIsHeldToNaturalOnesIsNearerToThem(PriorKind kind)
    {
        using var network = TinyWeights.Separate().Load();
        using var references = new ReferenceImages(network, nn.functional.interpolate(rand(6, 3, 4, 4), [Size, Size], mode: InterpolationMode.Bilinear, align_corners: true));
        var recipe = Recipes.Paper with { Size = Size, Steps = 40, Transforms = TransformSettings.None, Prior = new() { Kind = kind, Weight = 100 } };

        var (held, free) = (Distance(recipe), Distance(recipe with { Prior = recipe.Prior with { Weight = 0 } }));

        Assert.True(held < free, $"{held} against {free}");

        float Distance(RenderRecipe how)
        {
            using var scope = NewDisposeScope();
            var image = new ActivationMaximizer(network) { References = references }.Maximize(how, [Task], progress: null, TestContext.Current.CancellationToken)[0];
            return new FeaturePriors(network, references).Create(recipe.Prior, Size, Task.Layer, [Task.Channel]).Of(network, tensor(image.Planes, [1, 3, Size, Size])).item<float>();
        }
    }

    [Fact]
    public void OnlyLayersBeforeTheTargetAreCompared()
    {
        using var scope = NewDisposeScope();
        using var network = TinyWeights.Separate().Load();
        var images = rand(1, 3, Size, Size);
        var priors = new FeaturePriors(network, references: null);

        Assert.Equal(0, priors.Create(new() { Weight = 1 }, Size, "conv1_bn", [0]).Of(network, images).item<float>());
        var before = priors.Create(new() { Weight = 1 }, Size, "conv_pw_1_bn", [0]).Of(network, images).item<float>();
        Assert.Equal(priors.Create(new() { Weight = 1, Layers = ["conv1_bn", "conv_dw_1_bn", "conv_pw_9_bn"] }, Size, "conv_pw_1_bn", [0]).Of(network, images).item<float>(), before, 1e-6f);
    }
}

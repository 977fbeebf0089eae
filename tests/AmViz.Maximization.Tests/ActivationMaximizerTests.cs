using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests;

[Collection(TorchTests.Name)]
public sealed class ActivationMaximizerTests
{
    // Jitter of 8 pixels moves a quarter of a picture this small: what raises the objective on average may lower it where the picture stands.
    private static readonly TransformSettings SmallTransforms = Recipes.Paper.Transforms with { JitterPixels = 1 };
    private static readonly RenderRecipe Small = Recipes.Paper with { Size = 32, Steps = 12, TrajectoryInterval = 4, Transforms = SmallTransforms };

    public static TheoryData<string, ObjectiveKind> Objectives => new()
    {
        { "conv1", ObjectiveKind.Channel },
        { "conv_dw_3_bn", ObjectiveKind.Channel },
        { "conv_pw_5_bn", ObjectiveKind.Channel },
        { "conv_pw_5_bn", ObjectiveKind.Neuron },
        { "logits", ObjectiveKind.Channel },
        { "logits", ObjectiveKind.Logit },
        { "logits", ObjectiveKind.Probability },
    };

    [Theory]
    [MemberData(nameof(Objectives))]
    public void StepsRaiseEveryObjective(string layer, ObjectiveKind kind)
    {
        using var network = TinyWeights.Separate().Load();
        var recipe = Small with { Steps = 100, Objective = new() { Kind = kind } };

        var image = Draw(network, recipe, Task(layer, 1))[0];

        Assert.Equal(ChannelOutcome.Rendered, image.Outcome);
        Assert.True(image.Objective.Final > image.Objective.Initial, $"{image.Objective.Initial} -> {image.Objective.Final}");
        Assert.Equal(layer == "logits" && kind == ObjectiveKind.Channel ? ObjectiveKind.Logit : kind, image.Objective.Kind);
    }

    [Theory]
    [InlineData("paper", OptimizerKind.Adam)]
    [InlineData("paper", OptimizerKind.GradientAscent)]
    [InlineData("pixel", OptimizerKind.Adam)]
    [InlineData("pixel", OptimizerKind.GradientAscent)]
    [InlineData("olah2017", OptimizerKind.Adam)]
    [InlineData("maco", OptimizerKind.Adam)]
    public void EveryRecipeAndOptimizerRaisesTheObjective(string recipeName, OptimizerKind optimizer)
    {
        using var network = TinyWeights.Separate().Load();
        var named = Recipes.Find(recipeName)!;
        var recipe = named with
        {
            Size = 64,
            Steps = 100,
            Optimizer = new() { Kind = optimizer, LearningRate = 0.05 },
            Transforms = named.Transforms with { JitterPixels = Math.Min(named.Transforms.JitterPixels, 1), SecondJitterPixels = null },
        };

        var image = Draw(network, recipe, Task("conv_pw_3_bn", 2))[0];

        Assert.True(image.Objective.Final > image.Objective.Initial, $"{image.Objective.Initial} -> {image.Objective.Final}");
        Assert.All(image.Planes, value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void ColourThatIsMaximizedFillsThePicture()
    {
        using var network = new HandSetNetwork();
        var recipe = Small with { Steps = 400, Transforms = TransformSettings.None };

        var planes = Draw(network, recipe, HandSetNetwork.Task(HandSetNetwork.Colours, 1))[0].Planes;

        var green = planes[1024..2048].Average();
        Assert.True(green > 0.9, $"{green}");
        Assert.True(green > planes[..1024].Average());
    }

    [Fact]
    public void PictureDependsOnItsTaskAndNotOnItsNeighboursOrItsPlace()
    {
        using var network = TinyWeights.Separate().Load();
        var wanted = Task("conv_pw_5_bn", 3);

        var first = Draw(network, Small, wanted, Task("conv_pw_5_bn", 0), Task("conv_pw_5_bn", 1))[0];
        var last = Draw(network, Small, Task("conv_pw_5_bn", 7, seed: 5), Task("conv_pw_5_bn", 2), wanted)[2];

        Assert.Equal(first.Planes, last.Planes);
        Assert.Equal(first.Objective.Points, last.Objective.Points);
    }

    [Fact]
    public void SeedChannelAndLayerEachGiveAnotherPicture()
    {
        using var network = TinyWeights.Separate().Load();
        ChannelTask[] tasks = [Task("conv_pw_5_bn", 3), Task("conv_pw_5_bn", 3, seed: 1), Task("conv_pw_5_bn", 4), Task("conv_pw_6_bn", 3)];

        var pictures = tasks.Select(task => Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Draw(network, Small, task)[0].Planes.AsSpan()))).ToList();

        Assert.Equal(tasks.Length, pictures.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void RawPixelsEndInFinerNoiseThanTheSpectrum()
    {
        using var network = TinyWeights.Separate().Load();
        double Fine(string recipe)
        {
            var image = Draw(network, Recipes.Find(recipe)! with { Size = 64, Steps = 60 }, Task("conv_pw_3_bn", 2))[0];
            return AmViz.TextureNet.Spectra.SpectrumStatistics.Of(AmViz.Imaging.Picture.FromPlanes(image.Planes, 64, 64)).HighFrequencyShare();
        }

        Assert.True(Fine("pixel") > 2 * Fine("paper"), $"{Fine("pixel")} against {Fine("paper")}");
    }

    [Fact]
    public void PictureIsTransparentWhereTheObjectiveNeverLooked()
    {
        using var network = new HandSetNetwork();
        var corner = new ObjectiveSettings { Kind = ObjectiveKind.Neuron, Row = 0, Column = 0 };
        var recipe = Small with { Transforms = TransformSettings.None, Transparency = true, Objective = corner };

        var opacity = Draw(network, recipe, HandSetNetwork.Task(HandSetNetwork.Colours, 1))[0].Opacity!;

        Assert.Equal(1f, opacity[0]);
        Assert.All(opacity[1..], value => Assert.Equal(0f, value));
    }

    [Fact]
    public void DeadChannelIsNamedAndItsNeighboursAreDrawn()
    {
        using var network = new HandSetNetwork();

        var images = Draw(network, Small, [.. Enumerable.Range(0, 3).Select(c => HandSetNetwork.Task(HandSetNetwork.Half, c))]);

        Assert.Equal([ChannelOutcome.Rendered, ChannelOutcome.Dead, ChannelOutcome.NotFinite], images.Select(image => image.Outcome));
        Assert.NotEmpty(images[0].Planes);
        Assert.Empty(images[1].Planes);
        Assert.Empty(images[2].Planes);
    }

    [Fact]
    public void ChannelThatMovesForNothingIsDead()
    {
        using var network = new HandSetNetwork();

        var images = Draw(network, Small, [.. Enumerable.Range(0, 3).Select(c => HandSetNetwork.Task(HandSetNetwork.Faint, c))]);

        Assert.Equal([ChannelOutcome.Dead, ChannelOutcome.Rendered, ChannelOutcome.Dead], images.Select(image => image.Outcome));
        Assert.Empty(images[0].Planes);
        Assert.True(images[1].Objective.Final > images[1].Objective.Initial);
    }

    [Theory]
    [InlineData("conv_pw_5_relu")]
    [InlineData("conv_pw_3_relu")]
    public void AReluThatIsSilentAtTheStartImageIsDrawnAsLucidDoes(string layer)
    {
        using var scope = NewDisposeScope();
        var weights = TinyWeights.Separate();
        var tap = layer.Replace("_relu", "_bn", StringComparison.Ordinal);
        using (var loud = TinyWeights.Separate().Load())
        {
            // Shifted so that what a grey picture makes of the channel lies below 0 everywhere, by a little.
            weights.Values[$"{tap}.bias"][3] -= loud.Forward(full(1, 3, 32, 32, 0.5f), tap)[0, 3].max().item<float>() + 0.2f;
        }

        using var network = weights.Load();
        var recipe = Small with { Steps = 200, Transforms = TransformSettings.None };

        var silent = Draw(network, recipe with { RedirectedSteps = 0 }, Task(layer, 3))[0];
        var drawn = Draw(network, recipe, Task(layer, 3))[0];

        Assert.Equal((ChannelOutcome.Dead, 0f), (silent.Outcome, silent.Objective.Initial));
        Assert.Equal(ChannelOutcome.Rendered, drawn.Outcome);
        Assert.True(drawn.Objective.Final > 0, $"{drawn.Objective.Final}");
    }

    [Fact]
    public void BatchWithoutHopeEndsOnceSixteenDrawsWereTried()
    {
        using var network = new HandSetNetwork();
        var steps = new List<int>();

        var images = Draw(network, Small with { Steps = 1_000_000 }, new Collector(steps), HandSetNetwork.Task(HandSetNetwork.Half, 1));

        Assert.Equal([1, 5, 9, 13, 17], steps);
        Assert.Equal(ChannelOutcome.Dead, images[0].Outcome);
    }

    [Fact]
    public void TrajectoryKeepsEveryKthStepAndTheLast()
    {
        using var network = new HandSetNetwork();

        var objective = Draw(network, Small with { Steps = 10 }, HandSetNetwork.Task(HandSetNetwork.Colours, 0))[0].Objective;

        Assert.Equal([0, 4, 8, 9], objective.Points.Select(point => point.Step));
        Assert.True(objective.Initial < objective.Points[^1].Objective && objective.Points[^1].Objective < objective.Final + 0.05);
    }

    [Fact]
    public void CancellationIsHonouredBetweenTwoSteps()
    {
        using var network = new HandSetNetwork();
        using var cancellation = new CancellationTokenSource();
        var steps = new List<int>();
        var stop = new Collector(steps, cancellation.Cancel);

        Assert.ThrowsAny<OperationCanceledException>(() => new ActivationMaximizer(network)
            .Maximize(Small with { Steps = 1_000_000 }, [HandSetNetwork.Task(HandSetNetwork.Colours, 0)], stop, cancellation.Token));

        Assert.Equal([1], steps);
    }

    [Fact]
    public void NoTensorIsLeftHoweverManyStepsThereAre()
    {
        using var network = TinyWeights.Separate().Load();
        Draw(network, Small, Task("conv_pw_5_bn", 0));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var duringSteps = new List<long>();
        var watch = new Collector([], () => duringSteps.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));

        Draw(network, Small with { Steps = 40 }, watch, Task("conv_pw_5_bn", 0));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Single(duringSteps.Skip(1).Distinct());          // the first step still makes the optimizer's moments
    }

    [Fact]
    public void GradientOfTheSpectrumAgreesWithCentralFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        using var network = TinyWeights.Separate().Load(ScalarType.Float64);
        var recipe = Recipes.Paper with { Size = 40 };
        var objective = Objective.Channel("conv_pw_4_bn");
        var channels = tensor(new long[] { 3 });
        var tau = new TransformPipeline(recipe.Transforms);
        using var drawn = new ImageGenerator(Task("conv_pw_4_bn", 3));
        using var image = new FourierImage(recipe with { InitialDeviation = 0.5 }, ColourMap.Of(recipe, network.Description, CPU, ScalarType.Float64), [drawn], CPU, ScalarType.Float64);
        Tensor Evaluate()
        {
            using var same = new ImageGenerator(Task("conv_pw_4_bn", 3));       // the same transform every time
            return objective.Evaluate(network, tau.Apply(image.ToImages(), [same]), channels);
        }

        Evaluate().sum().backward();
        var gradient = image.Coefficients.grad!.flatten();

        const double step = 1e-5;
        using var frozen = no_grad();
        var flat = image.Coefficients.view(-1);
        var largest = gradient.abs().max().item<double>();
        for (var i = 0; i < 16; i++)
        {
            var place = i * (flat.numel() / 16) + i;
            var value = flat[place].item<double>();
            flat[place] = value + step;
            var above = Evaluate().item<double>();
            flat[place] = value - step;
            var below = Evaluate().item<double>();
            flat[place] = value;
            var expected = (above - below) / (2 * step);
            var error = Math.Abs(expected - gradient[place].item<double>()) / Math.Max(Math.Abs(expected), 1e-3 * largest);
            Assert.True(error < 1e-4, $"place {place}: {expected} by differences, {gradient[place].item<double>()} by backward");
        }
    }

    private static ChannelTask Task(string layer, int channel, int seed = 0) => new("tiny", "d1ce", layer, channel, seed);

    private static IReadOnlyList<MaximizedImage> Draw(INetwork network, RenderRecipe recipe, params ChannelTask[] tasks)
        => Draw(network, recipe, progress: null, tasks);

    private static IReadOnlyList<MaximizedImage> Draw(INetwork network, RenderRecipe recipe, IProgress<BatchProgress>? progress, params ChannelTask[] tasks)
        => new ActivationMaximizer(network).Maximize(recipe, tasks, progress, TestContext.Current.CancellationToken);

    /// <summary>Unlike <see cref="Progress{T}"/>, tells at once and on the same thread.</summary>
    private sealed class Collector(List<int> steps, Action? onStep = null) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value)
        {
            steps.Add(value.Step);
            onStep?.Invoke();
        }
    }
}

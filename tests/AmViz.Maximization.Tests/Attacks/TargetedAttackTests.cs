using AmViz.Imaging;
using AmViz.Models;
using AmViz.Sweeps;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Attacks;

[Collection(TorchTests.Name)]
public sealed class TargetedAttackTests
{
    private const int Size = 32;

    // The classes of HandSetNetwork are the means of the colours: the gradient of one is 1 / (32 * 32) at every pixel of it.
    private const double OneLevelAStep = Size * Size / 255d;

    private static readonly AttackSettings Plain = new() { Epsilon = 0.1, Alpha = OneLevelAStep, Lambda = 0, Steps = 1, MaxSteps = 1 };

    [Fact]
    public void AStepAddsAlphaTimesTheGradient()
    {
        using var network = new HandSetNetwork();

        var image = Assert.Single(Attack(network, Plain with { Alpha = 3 * OneLevelAStep }, (Grey(100), 1)));

        Assert.Equal([100, 103, 100], Colours(image));
    }

    [Fact]
    public void WhatLeavesTheBallOrThePixelRangeIsBroughtBack()
    {
        using var network = new HandSetNetwork();
        var settings = Plain with { Epsilon = 0.05, Alpha = 40 * OneLevelAStep };

        var images = Attack(network, settings, (Grey(100), 2), (Grey(250), 0));

        Assert.Equal([100, 100, 112], Colours(images[0]));      // 0.05 is 12.75 levels
        Assert.Equal([255, 250, 250], Colours(images[1]));
    }

    [Fact]
    public void LambdaHoldsBackWhatStandsOutFromItsNeighbours()
    {
        using var network = new HandSetNetwork();
        var half = Size / 2;
        // White cannot get greener, grey can: from the first step on the perturbation has an edge between them.
        var original = new Picture(Size, Size, [.. Enumerable.Range(0, Size * Size).SelectMany(i => (byte[])(i % Size < half ? [0, 255, 0] : [0, 100, 0]))]);
        var settings = Plain with { Alpha = 4 * OneLevelAStep, Lambda = 0.5 / (Size * Size), Steps = 2, MaxSteps = 2 };

        var row = Attack(network, settings, (original, 1))[0].Planes[(Size * Size)..][..Size].Select(value => (int)MathF.Round(255 * value)).ToArray();

        // The second step takes 4 levels everywhere, less half of that at the edge.
        Assert.Equal(Enumerable.Repeat(255, half).Append(106).Concat(Enumerable.Repeat(108, half - 1)), row);
    }

    [Fact]
    public void NoImageEverLeavesTheBallOrThePixelRangeAndTheSavedOneDoesNotExactly()
        => Cases.Sample(
            attack =>
            {
                using var scope = NewDisposeScope();
                var original = NetworkInput.ToImages([attack.Original], new HandSetNetwork().Description, CPU);
                var (farthest, lowest, highest) = (0f, 0f, 1f);
                using var network = new WatchedNetwork(TinyWeights.Separate().Load(), images =>
                {
                    farthest = Math.Max(farthest, images.sub(original).abs().max().item<float>());
                    lowest = Math.Min(lowest, images.min().item<float>());
                    highest = Math.Max(highest, images.max().item<float>());
                });

                var image = Attack(network, attack.Settings, (attack.Original, attack.Target))[0];

                Assert.InRange(farthest, 0, (float)attack.Settings.Epsilon + 1e-6f);        // half a unit in the last place of 1
                Assert.Equal((0f, 1f), (lowest, highest));
                Assert.InRange(new Perturbation(attack.Original, PictureOf(image), NetworkDescription.Rgb).LInfinity, 0, attack.Settings.Epsilon);
                Assert.InRange(image.Planes.Min(), 0, 1);
                Assert.InRange(image.Planes.Max(), 0, 1);
            },
            iter: 25, threads: 1);

    [Fact]
    public void ManyPicturesAndTargetsInOneBatchAreEachAttackedAsAlone()
    {
        using var network = TinyWeights.Separate().Load();
        (Picture Original, int)[] pairs = [.. from picture in Enumerable.Range(0, 3) from target in (int[])[1, 4, 7] select (Noise(picture), target)];
        var settings = new AttackSettings { Epsilon = 0.2, Alpha = 2, Steps = 6, MaxSteps = 6 };

        var together = Attack(network, settings, pairs);

        for (var n = 0; n < pairs.Length; n++)
        {
            var alone = Attack(network, settings, pairs[n])[0];
            Assert.Equal((alone.StepsToSuccess, alone.Steps), (together[n].StepsToSuccess, together[n].Steps));
            Assert.True(new Perturbation(pairs[n].Original, PictureOf(alone), NetworkDescription.Rgb).LargestLevel > 1);

            // Batches of two sizes may choose kernels that differ in the last bit, which rounding may turn into a level.
            Assert.InRange(new Perturbation(PictureOf(alone), PictureOf(together[n]), NetworkDescription.Rgb).LargestLevel, 0, 1);
        }
    }

    [Fact]
    public void APictureThatDoesNotFoolTheNetworkInTimeGoesOnAndItsNeighbourDoesNot()
    {
        using var network = new HandSetNetwork();
        // A level a step: green passes red by the 3rd step here, by the 11th there.
        (Picture, int)[] pairs = [(Plane(102, 100, 90), 1), (Plane(110, 100, 90), 1)];

        var images = Attack(network, Plain with { Steps = 5, MaxSteps = 50 }, pairs);

        Assert.Equal((3, 5), (images[0].StepsToSuccess, images[0].Steps));
        Assert.Equal([102, 105, 90], Colours(images[0]));
        Assert.Equal((11, 11), (images[1].StepsToSuccess, images[1].Steps));
        Assert.Equal([110, 111, 90], Colours(images[1]));
    }

    [Fact]
    public void AnAttackThatCannotSucceedSaysSoAndKeepsItsNearestPicture()
    {
        using var network = new HandSetNetwork();

        var image = Attack(network, Plain with { Epsilon = 5 / 255d, Steps = 5, MaxSteps = 20 }, (Plane(110, 100, 90), 1))[0];

        Assert.Null(image.StepsToSuccess);
        Assert.False(image.UnroundedFools);
        Assert.Equal([110, 105, 90], Colours(image));
    }

    [Fact]
    public void AnImageThatFoolsTheNetworkOnlyBeforeItIsRoundedIsNoSuccess()
    {
        using var network = new HandSetNetwork();
        // 2.9 levels pass the 2 that are missing, but only 2 of them can be saved.
        var settings = Plain with { Epsilon = 2.9 / 255, Steps = 5, MaxSteps = 20 };

        var image = Attack(network, settings, (Plane(102, 100, 90), 1))[0];

        Assert.Null(image.StepsToSuccess);
        Assert.True(image.UnroundedFools);
        Assert.Equal([102, 102, 90], Colours(image));
    }

    [Theory]
    [InlineData(new[] { 1f, 5f, 3f }, 1, 2f)]
    [InlineData(new[] { 1f, 5f, 3f }, 2, -2f)]
    [InlineData(new[] { 4f, 4f }, 0, 0f)]
    public void TheMarginIsThatOverTheStrongestOther(float[] logits, int target, float expected)
        => Assert.Equal(expected, AttackMonitor.Margin(logits, target));

    [Fact]
    public void CancellationIsHonouredBetweenTwoSteps()
    {
        using var network = new HandSetNetwork();
        using var cancellation = new CancellationTokenSource();
        var steps = new List<int>();
        var stop = new Reporter(value =>
        {
            steps.Add(value.Step);
            cancellation.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(
            () => Attack(network, Plain with { Steps = 1000, MaxSteps = 1000 }, stop, cancellation.Token, (Grey(100), 1)));

        Assert.Equal([1], steps);
    }

    [Fact]
    public void NoTensorIsLeftHoweverManyStepsThereAre()
    {
        using var network = TinyWeights.Separate().Load();
        var settings = new AttackSettings { Steps = 12, MaxSteps = 12 };
        Attack(network, settings, (Noise(0), 3));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var during = new List<long>();

        Attack(network, settings, new Reporter(_ => during.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount)), TestContext.Current.CancellationToken, (Noise(1), 3));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Single(during.Distinct());
    }

    private static Gen<(Picture Original, int Target, AttackSettings Settings)> Cases =>
        from pixels in Gen.Byte.Array[Size * Size * 3]
        from target in Gen.Int[0, TinyWeights.Classes - 1]
        from epsilon in Gen.Double[1 / 255d, 0.5]
        from alpha in Gen.Double[1e-3, 2]
        from lambda in Gen.Double[0, 1e-2]
        from steps in Gen.Int[1, 4]
        select (new Picture(Size, Size, pixels), target, new AttackSettings { Epsilon = epsilon, Alpha = alpha, Lambda = lambda, Steps = steps, MaxSteps = steps + 2 });

    private static IReadOnlyList<AttackedImage> Attack(INetwork network, AttackSettings settings, params (Picture Original, int Target)[] pairs)
        => Attack(network, settings, progress: null, TestContext.Current.CancellationToken, pairs);

    private static IReadOnlyList<AttackedImage> Attack(
        INetwork network, AttackSettings settings, IProgress<BatchProgress>? progress, CancellationToken cancellationToken, params (Picture Original, int Target)[] pairs)
    {
        using var scope = NewDisposeScope();
        var originals = NetworkInput.ToImages([.. pairs.Select(pair => pair.Original)], network.Description, CPU);
        var targets = tensor(pairs.Select(pair => (long)pair.Target).ToArray());
        return new TargetedAttack(network).Perturb(settings, originals, targets, progress, cancellationToken);
    }

    private static Picture PictureOf(AttackedImage image) => Picture.FromPlanes(image.Planes, Size, Size);

    private static Picture Grey(byte level) => Plane(level, level, level);

    private static Picture Plane(byte red, byte green, byte blue)
        => new(Size, Size, [.. Enumerable.Range(0, Size * Size).SelectMany(_ => (byte[])[red, green, blue])]);

    private static Picture Noise(int seed, int low = 0, int high = 256)
    {
        var random = new Random(seed);
        return new(Size, Size, [.. Enumerable.Range(0, Size * Size * 3).Select(_ => (byte)random.Next(low, high))]);
    }

    /// <summary>The levels of the three colours of an image that is the same everywhere.</summary>
    private static int[] Colours(AttackedImage image)
        => [.. image.Planes.Chunk(Size * Size).Select(plane => (int)MathF.Round(255 * Assert.Single(plane.Distinct())))];

    private sealed class Reporter(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }
}

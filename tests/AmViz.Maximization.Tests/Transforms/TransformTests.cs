using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Transforms;

[Collection(TorchTests.Name)]
public sealed class TransformTests
{
    private static readonly Gen<float> Draw = Gen.Float[0f, 0.99999994f];
    private static readonly Jitter Still = new(0);

    [Fact]
    public void JitterShiftsByWholePixelsOfItsRangeAndReachesBothEnds()
    {
        Gen.Select(Gen.Int[1, 40], Draw).Sample((pixels, draw) => Assert.InRange(new Jitter(pixels).ShiftOf(draw), -pixels, pixels));
        Assert.Equal(-8, new Jitter(8).ShiftOf(0));
        Assert.Equal(8, new Jitter(8).ShiftOf(0.99999994f));
        Assert.Equal(0, new Jitter(8).ShiftOf(0.5f));
    }

    [Fact]
    public void JitterMovesEveryImageByItsOwnDrawAsRollDoes()
    {
        using var scope = NewDisposeScope();
        var jitter = new Jitter(5);
        var images = rand(3, 3, 9, 11);
        float[][] draws = [[0f, 0.5f], [0.99f, 0.2f], [0.5f, 0.5f]];

        var moved = jitter.Apply(images, draws);

        for (var n = 0; n < draws.Length; n++)
        {
            var expected = images[n].roll([jitter.ShiftOf(draws[n][0]), jitter.ShiftOf(draws[n][1])], [1, 2]);
            Assert.True((moved[n] == expected).all().item<bool>(), $"image {n}");
        }
    }

    [Fact]
    public void ScaleAndRotationStayInTheirRanges()
    {
        var transform = new JitterScaleAndRotate(Still, 0.9, 1.1, 10);
        Draw.Sample(draw =>
        {
            Assert.InRange(transform.ScaleOf(draw), 0.9, 1.1);
            Assert.InRange(transform.DegreesOf(draw), -10, 10);
        });
        Assert.Equal(0.9, transform.ScaleOf(0), 1e-6);
        Assert.Equal(-10, transform.DegreesOf(0), 1e-6);
    }

    [Fact]
    public void NeitherZoomNorRotationIsTheIdentity()
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 3, 12, 12, dtype: ScalarType.Float64);

        var same = new JitterScaleAndRotate(Still, 1, 1, 0).Apply(images, new float[][] { [0f, 0f, 0.3f, 0.7f], [0f, 0f, 0f, 0f] });

        Assert.True((same - images).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void QuarterTurnIsCounterClockwise()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 8, 8, dtype: ScalarType.Float64);

        var turned = new JitterScaleAndRotate(Still, 1, 1, 90).Apply(images, new float[][] { [0f, 0f, 0f, 1f] });

        Assert.True((turned - images.rot90(1, (2, 3))).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void ShiftInOneSamplingIsTheJitterAwayFromTheEdges()
    {
        using var scope = NewDisposeScope();
        var (jitter, inside) = (new Jitter(3), TensorIndex.Slice(3, 13));
        var images = rand(2, 3, 16, 16, dtype: ScalarType.Float64);
        float[][] draws = [[0.1f, 0.8f, 0f, 0.5f], [0.9f, 0.5f, 0f, 0.5f]];

        var moved = new JitterScaleAndRotate(jitter, 1, 1, 0).Apply(images, draws);

        var difference = (moved - jitter.Apply(images, draws))[.., .., inside, inside].abs().max().item<double>();
        Assert.True(difference < 1e-12, $"{difference}");
    }

    [Fact]
    public void ZoomAboveOneEnlarges()
    {
        using var scope = NewDisposeScope();
        var images = zeros(1, 3, 17, 17, dtype: ScalarType.Float64);
        images[.., .., TensorIndex.Slice(6, 11), TensorIndex.Slice(6, 11)] = 1;

        var area = new JitterScaleAndRotate(Still, 2, 2, 0).Apply(images, new float[][] { [0f, 0f, 0f, 0.5f] }).sum().item<double>() / 3;

        Assert.InRange(area, 85, 115);           // 25 pixels become 100
    }

    [Fact]
    public void PadPutsMidGreyAround()
    {
        using var scope = NewDisposeScope();

        var padded = new Pad(3).Apply(ones(1, 3, 4, 4), [[]]);

        Assert.Equal([1, 3, 10, 10], padded.shape);
        Assert.Equal(0.5f, padded[0, 0, 0, 0].item<float>());
        Assert.Equal(1f, padded[0, 0, 3, 3].item<float>());
        Assert.Equal(3 * (16 + 84 * 0.5), padded.sum().item<float>(), 1e-3);
    }

    [Fact]
    public void EveryStepDrawsAnewAndTheSameTaskDrawsTheSame()
    {
        using var scope = NewDisposeScope();
        var pipeline = new TransformPipeline(AmViz.Sweeps.Recipes.Paper.Transforms);
        var images = rand(1, 3, 32, 32);
        using var generator = new ImageGenerator(HandSetNetwork.Task("l", 0));
        using var again = new ImageGenerator(HandSetNetwork.Task("l", 0));

        var first = pipeline.Apply(images, [generator]);
        var second = pipeline.Apply(images, [generator]);

        Assert.False((first == second).all().item<bool>());
        Assert.True((first == pipeline.Apply(images, [again])).all().item<bool>());
    }

    [Fact]
    public void RecipeWithoutRangesLeavesTheImageAlone()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 32, 32);
        using var generator = new ImageGenerator(HandSetNetwork.Task("l", 0));

        Assert.Same(images, new TransformPipeline(AmViz.Sweeps.TransformSettings.None).Apply(images, [generator]));
    }

    [Fact]
    public void CutOutsLieWithinTheImage()
    {
        using var scope = NewDisposeScope();
        var ramp = linspace(0, 1, 33, dtype: ScalarType.Float64).expand(1, 3, 33, -1).contiguous();
        Gen.Select(Draw, Draw, Draw).Sample((side, down, right) =>
        {
            var crop = new RandomCrop(new() { Smallest = 0.2, Largest = 0.6 });
            var seen = crop.Apply(ramp, new float[][] { [side, down, right] })[0, 0, 5];
            var (first, last) = (seen[0].item<double>(), seen[-1].item<double>());
            Assert.Equal(crop.SideOf(side), last - first, 0.02);                       // as wide as its draw says
            Assert.True((seen.diff() > 0).all().item<bool>());                          // nothing was mirrored
        });
    }

    [Fact]
    public void ViewsOfAnImageFollowEachOtherAndTheirMeanIsTaken()
    {
        using var scope = NewDisposeScope();
        using var generator = new ImageGenerator(HandSetNetwork.Task("l", 0));
        using var other = new ImageGenerator(HandSetNetwork.Task("l", 1));
        var pipeline = new TransformPipeline(AmViz.Sweeps.Recipes.Maco.Transforms);

        var views = pipeline.Apply(cat([zeros(1, 3, 32, 32), ones(1, 3, 32, 32)]), [generator, other]);

        Assert.Equal(12, views.shape[0]);
        Assert.Equal([0f, 1f], pipeline.MeanOfViews(views.mean([1, 2, 3])).data<float>().ToArray().Select(mean => MathF.Round(mean, 1)));
    }

    [Fact]
    public void NoiseHasItsDeviationAndEveryImageItsOwn()
    {
        using var scope = NewDisposeScope();
        var noisy = new Noise(0.1).Apply(zeros(2, 3, 64, 64), new float[][] { [0.25f], [0.75f] });

        Assert.Equal(0.1f, noisy[0].std().item<float>(), 0.002f);
        Assert.False((noisy[0] == noisy[1]).any().item<bool>());
        Assert.True((noisy[0] == new Noise(0.1).Apply(zeros(1, 3, 64, 64), new float[][] { [0.25f] })[0]).all().item<bool>());
    }
}

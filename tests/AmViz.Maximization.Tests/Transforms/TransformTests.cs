using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Transforms;

[Collection(TorchTests.Name)]
public sealed class TransformTests
{
    private static readonly Gen<float> Draw = Gen.Float[0f, 0.99999994f];

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
        var transform = new ScaleAndRotate(0.9, 1.1, 10);
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

        var same = new ScaleAndRotate(1, 1, 0).Apply(images, new float[][] { [0.3f, 0.7f], [0f, 0f] });

        Assert.True((same - images).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void QuarterTurnIsCounterClockwise()
    {
        using var scope = NewDisposeScope();
        var images = rand(1, 3, 8, 8, dtype: ScalarType.Float64);

        var turned = new ScaleAndRotate(1, 1, 90).Apply(images, new float[][] { [0f, 1f] });

        Assert.True((turned - images.rot90(1, (2, 3))).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void ZoomAboveOneEnlarges()
    {
        using var scope = NewDisposeScope();
        var images = zeros(1, 3, 17, 17, dtype: ScalarType.Float64);
        images[.., .., TensorIndex.Slice(6, 11), TensorIndex.Slice(6, 11)] = 1;

        var area = new ScaleAndRotate(2, 2, 0).Apply(images, new float[][] { [0f, 0.5f] }).sum().item<double>() / 3;

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
}

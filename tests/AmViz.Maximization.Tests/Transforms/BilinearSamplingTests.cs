using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Transforms;

[Collection(TorchTests.Name)]
public sealed class BilinearSamplingTests
{
    // Shifts and zooms far beyond those of any recipe, so that places are mirrored more than once.
    private static readonly Gen<AffineMap> AnyMap = Gen.Select(Gen.Double[-40, 40], Gen.Double[-40, 40], Gen.Double[0.2, 4], Gen.Double[-180, 180],
        (down, right, zoom, degrees) => AffineMap.About(Height, Width, down, right, zoom, degrees));

    private const int Height = 11;
    private const int Width = 14;

    [Fact]
    public void SamplesAsTorchDoesWithMirroredEdges() => Gen.Select(AnyMap, AnyMap).Sample((first, second) =>
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 3, Height, Width, dtype: ScalarType.Float64);
        AffineMap[] maps = [first, second];

        var difference = BilinearSampling.Apply(images, maps) - BilinearSampling.OnOtherDevices(images, maps);

        Assert.InRange(difference.abs().max().item<double>(), 0, 1e-9);
    });

    [Fact]
    public void GradientIsTheOneThatTorchComputes() => Gen.Select(AnyMap, AnyMap).Sample((first, second) =>
    {
        using var scope = NewDisposeScope();
        AffineMap[] maps = [first, second];
        var weights = rand(2, 3, Height, Width, dtype: ScalarType.Float64);
        Tensor Gradient(Func<Tensor, AffineMap[], Tensor> sample)
        {
            var images = rand(2, 3, Height, Width, dtype: ScalarType.Float64, requires_grad: true);
            (sample(images, maps) * weights).sum().backward();
            return images.grad!;
        }

        var difference = Gradient(BilinearSampling.Apply) - Gradient(BilinearSampling.OnOtherDevices);

        Assert.InRange(difference.abs().max().item<double>(), 0, 1e-9);
    });

    [Fact]
    public void SinglePrecisionAndOtherMemoryOrdersGiveTheSame()
    {
        using var scope = NewDisposeScope();
        AffineMap[] maps = [AffineMap.About(32, 32, 3, -5, 1.05, 7)];
        var images = rand(1, 32, 32, 3).permute(0, 3, 1, 2);

        var difference = BilinearSampling.Apply(images, maps) - BilinearSampling.OnOtherDevices(images, maps);

        Assert.InRange(difference.abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void GradientMayComeInAnotherMemoryOrder()
    {
        using var scope = NewDisposeScope();
        AffineMap[] maps = [AffineMap.About(Height, Width, 3, -5, 1.05, 7)];
        var weights = rand(1, Height, Width, 3);
        Tensor Gradient(Func<Tensor, Tensor> order)
        {
            var images = full(1, 3, Height, Width, 0.5f).requires_grad_(true);
            BilinearSampling.Apply(images, maps).backward([order(weights.permute(0, 3, 1, 2))]);
            return images.grad!;
        }

        Assert.True(Gradient(x => x).equal(Gradient(x => x.contiguous())).all().item<bool>());
    }

    [Fact]
    public void SeveralThreadsGiveTheSameBitsAsOne()
    {
        using var scope = NewDisposeScope();
        var images = rand(5, 3, 24, 24);
        AffineMap[] maps = [.. Enumerable.Range(0, 5).Select(n => AffineMap.About(24, 24, n, -n, 1 + 0.01 * n, 3 * n))];
        try
        {
            var one = BilinearSampling.Apply(images, maps);
            set_num_threads(2);
            Assert.True((one == BilinearSampling.Apply(images, maps)).all().item<bool>());
        }
        finally
        {
            set_num_threads(1);
        }
    }

    [Fact]
    public void CollectionsBetweenForwardAndBackwardTakeNothingAway()
    {
        for (var i = 0; i < 200; i++)
        {
            using var scope = NewDisposeScope();
            var images = ones(1, 3, 16, 16, requires_grad: true);
            var sum = BilinearSampling.Apply(images, [AffineMap.About(16, 16, 1, 2, 1, 5)]).sum();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            sum.backward();
            Assert.Equal(3 * 16 * 16, images.grad!.sum().item<float>(), 1e-2);     // every copy pixel's shares add up to one
        }
    }
}

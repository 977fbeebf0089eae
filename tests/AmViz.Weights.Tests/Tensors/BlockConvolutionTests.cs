using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Weights.Tests.Tensors;

[Collection(TorchTests.Name)]
public sealed class BlockConvolutionTests
{
    /// <summary>Borders before and behind, even and odd, as PyTorch, TensorFlow and nobody has them; the last window may leave pixels out.</summary>
    [Theory]
    [InlineData(7, 7, 3, 3, 3, 3, 12, 16)]
    [InlineData(3, 3, 1, 1, 1, 1, 10, 8)]
    [InlineData(3, 3, 0, 1, 0, 1, 8, 8)]
    [InlineData(3, 3, 0, 0, 0, 0, 10, 8)]
    [InlineData(7, 7, 2, 3, 2, 3, 8, 12)]
    [InlineData(3, 5, 1, 1, 0, 3, 6, 10)]
    [InlineData(4, 4, 0, 0, 1, 0, 8, 10)]
    [InlineData(2, 1, 0, 0, 0, 0, 8, 6)]
    public void ItIsTheStridedConvolutionAndSoIsItsGradient(int kernelRows, int kernelColumns, int top, int bottom, int left, int right, int height, int width)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(1);
        var (weight, bias) = (randn([5, 3, kernelRows, kernelColumns], ScalarType.Float64, generator: random), randn([5], ScalarType.Float64, generator: random));
        var one = randn([2, 3, height, width], ScalarType.Float64, generator: random).requires_grad_();
        var other = one.detach().clone().requires_grad_();
        var expected = nn.functional.conv2d(nn.functional.pad(one, [left, right, top, bottom]), weight, bias, [2, 2]);

        var made = BlockConvolution.Of(other, BlockConvolution.KernelOf(weight, top, left), bias, top, left, expected.shape[2], expected.shape[3]);

        Assert.Equal(expected.shape, made.shape);
        Assert.True(made.allclose(expected, 1e-12, 1e-12));
        var gradient = randn(expected.shape, ScalarType.Float64, generator: random);
        expected.backward([gradient]);
        made.backward([gradient]);
        Assert.True(other.grad!.allclose(one.grad!, 1e-12, 1e-12));
    }
}

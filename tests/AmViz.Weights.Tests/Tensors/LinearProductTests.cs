using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Weights.Tests.Tensors;

[Collection(TorchTests.Name)]
public sealed class LinearProductTests
{
    [Theory]
    [InlineData(true, 24, 40, new long[] { 3, 5 })]
    [InlineData(false, 7, 3, new long[] { 2, 1, 4 })]
    [InlineData(true, 192, 64, new long[] { 1, 197 })]
    [InlineData(true, 16, 1, new long[] { 9 })]
    public void TheConvolutionIsTheLinearMapAndSoAreItsGradients(bool hasBias, int inputs, int outputs, long[] vectors)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(1);
        var (weight, bias) = (randn(outputs, inputs, generator: random), hasBias ? randn(outputs, generator: random) : null);
        var one = randn([.. vectors, inputs], generator: random).requires_grad_();
        var other = one.detach().clone().requires_grad_();
        var gradient = randn([.. vectors, outputs], generator: random);

        var (expected, made) = (nn.functional.linear(one, weight, bias), LinearProduct.ByConvolution(other, weight, bias));

        Assert.Equal(expected.shape, made.shape);
        AssertClose(expected, made);
        expected.backward([gradient]);
        made.backward([gradient]);
        AssertClose(one.grad!, other.grad!);
    }

    [Fact]
    public void VectorsThatLieApartInMemoryAreTakenToo()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (randn([2, 192, 300], generator: new Generator(2)).transpose(1, 2), randn([32, 192], generator: new Generator(3)));
        AssertClose(nn.functional.linear(x, weight), LinearProduct.Of(x, weight, bias: null));
        AssertClose(nn.functional.linear(x, weight), LinearProduct.ByConvolution(x, weight, bias: null));
    }

    private static void AssertClose(Tensor expected, Tensor made)
        => Assert.InRange(((expected - made).abs().max() / expected.abs().max()).item<float>(), 0, 1e-5);
}

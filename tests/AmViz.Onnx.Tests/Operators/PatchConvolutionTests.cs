using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Operators;

/// <summary>A convolution whose windows lie side by side is computed as a linear map of patches.</summary>
[Collection(OnnxTests.Name)]
public sealed class PatchConvolutionTests
{
    private const double Allowed = 1e-5;

    [Theory]
    [InlineData(2, 3, 4, 4, false)]
    [InlineData(1, 1, 2, 8, true)]
    [InlineData(3, 4, 16, 2, true)]
    public void ItIsTheConvolutionAndSoAreItsGradients(int count, int channels, int height, int width, bool isChannelsLast)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(1);
        var (weight, bias) = (randn([10, channels, height, width], generator: random), randn([10], generator: random));
        var pixels = randn([count, channels, 3 * height, 5 * width], generator: random);
        (pixels, weight) = isChannelsLast ? (ChannelsLast(pixels), ChannelsLast(weight)) : (pixels, weight);
        var (one, other) = (pixels.clone().requires_grad_(), pixels.clone().requires_grad_());
        var attributes = new OnnxAttributes(new Dictionary<string, object>(StringComparer.Ordinal) { ["strides"] = new long[] { height, width } });

        var expected = nn.functional.conv2d(one, weight, bias, [height, width]);
        var made = NodeCall.Compute(new OperatorCall(new OnnxNode("node", "Conv", 11, ["x", "w", "b"], ["y"], attributes), [other, weight, bias]))[0]!;

        Assert.Null(Tensors.Difference(expected, made, Allowed, Allowed));
        var gradient = randn(expected.shape, generator: random);
        expected.backward([gradient]);
        made.backward([gradient]);
        Assert.Null(Tensors.Difference(one.grad!, other.grad!, Allowed, Allowed));

        static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}

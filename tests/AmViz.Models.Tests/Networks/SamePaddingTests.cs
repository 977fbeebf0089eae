using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class SamePaddingTests
{
    [Theory]
    [InlineData(LayerKind.Convolution, 1)]
    [InlineData(LayerKind.Convolution, 2)]
    [InlineData(LayerKind.DepthwiseConvolution, 1)]
    [InlineData(LayerKind.DepthwiseConvolution, 2)]
    public void EqualsPaddingWrittenOut(LayerKind kind, int stride)
    {
        bool isDepthwise = kind == LayerKind.DepthwiseConvolution;
        var given = new Given(4);
        var convolution = new Convolution("unit", given, 4, Window.Square(3, stride, Padding.Same), isDepthwise, hasBias: true);
        using var scope = NewDisposeScope();
        Tensor weight = randn(convolution.WeightShape, ScalarType.Float32);
        Tensor bias = randn(4);
        using SafetensorsFile file = Written(("unit.weight", weight), ("unit.bias", bias));
        convolution.Load(new WeightsReader(file, CPU, ScalarType.Float64));
        for (int height = 1; height <= 9; height++)
        {
            for (int width = 1; width <= 9; width++)
            {
                Tensor x = randn(2, 4, height, width, dtype: ScalarType.Float64);
                long groups = isDepthwise ? 4 : 1;
                Tensor expected = F.conv2d(Padded(x, stride), weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), strides: [stride, stride], groups: groups);

                Tensor found = new ForwardPass(ForwardPlan.ForAll(convolution), x).Value(convolution);

                Assert.Equal(expected.shape, found.shape);
                Assert.True((expected - found).abs().max().item<double>() < 1e-12, $"{height} x {width}");
            }
        }
    }

    /// <summary>Passes on what the run is given as pictures.</summary>
    private sealed class Given(int channels) : Layer("given")
    {
        public override int ChannelCount => channels;

        public override LayerExtent Extent(int size) => new(size, size);

        public override Tensor Compute(ForwardPass pass) => pass.Images;
    }

    // TensorFlow's rule, written out: as many zeros as the last window needs, the odd one at the end.
    private static Tensor Padded(Tensor x, int stride)
    {
        (long Before, long After) Zeros(long length)
        {
            long total = Math.Max(((long)Math.Ceiling(length / (double)stride) - 1) * stride + 3 - length, 0);
            return (total / 2, total - total / 2);
        }

        (long top, long bottom) = Zeros(x.shape[2]);
        (long left, long right) = Zeros(x.shape[3]);
        return F.pad(x, [left, right, top, bottom]);
    }

    private static SafetensorsFile Written(params (string Name, Tensor Tensor)[] tensors)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors.ToDictionary(t => t.Name, t => t.Tensor, StringComparer.Ordinal));
        return SafetensorsFile.Open(stream, "written");
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class RedirectedReluTests
{
    private static readonly double[] Values = [-2, -0.5, 0, 3, 6, 7];

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(6)]
    public void ValuesAreThoseOfTheReluWhetherItIsRedirectedOrNot(double ceiling)
    {
        using var scope = NewDisposeScope();
        var (values, _) = Run(ceiling, [1, 1, 1, 1, 1, 1], isMarked: true);
        Assert.Equal(Values.Select(value => Math.Clamp(value, 0, ceiling)), values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhereSomeOfTheGradientPassesItIsThatOfTheRelu(bool isMarked)
        => Assert.Equal([0, 0, 0, 1, 0, 0], Run(6, [1, 1, 1, 1, 1, -1], isMarked).Gradient);

    [Fact]
    public void WhereAllIsStoppedWhatPushesBackIntoTheOpenRangePasses()
    {
        // Up below 0, down above 6; not down below 0, nor up above 6.
        Assert.Equal([1, 0, 2, 0, 0, -3], Run(6, [1, -1, 2, 0, 1, -3], isMarked: true).Gradient);
        Assert.Equal([0, 0, 0, 0, 0, 0], Run(6, [1, -1, 2, 0, 1, -3], isMarked: false).Gradient);
        Assert.Equal([1, 0, 2, 0, 0, 0], Run(double.PositiveInfinity, [1, -1, 2, 0, 0, 0], isMarked: true).Gradient);
    }

    [Fact]
    public void ImagesDoNotSeeEachOther()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { -1.0, -2.0 }, { -1.0, 5.0 }, { -1.0, -2.0 } }).requires_grad_();
        RedirectedRelu.Of(x, tensor(new[] { true, true, false }), double.PositiveInfinity).sum().backward();
        Assert.Equal([1, 1, 0, 1, 0, 0], x.grad!.data<double>().ToArray());
    }

    [Theory]
    [InlineData("conv_pw_5_relu")]
    [InlineData("logits")]
    public void ANetworkThatRedirectsGivesTheSameValuesAndBitsOfTheGradientWhereItIsNotNeeded(string layer)
    {
        using var scope = NewDisposeScope();
        using GraphNetwork network = TinyWeights.Separate().Load();
        var channels = tensor(new long[] { 1 });
        Tensor Gradient(Tensor? redirected, out Tensor values)
        {
            Tensor picture = TinyWeights.Picture(32, 32).requires_grad_();
            values = network.ForwardChannels(picture, layer, channels, redirected);
            values.mean().backward();
            return picture.grad!;
        }

        Tensor plain = Gradient(redirected: null, out Tensor expected);
        Tensor redirected = Gradient(tensor(new[] { true }), out Tensor found);
        Assert.True(expected.equal(found).all().item<bool>());
        Assert.True(plain.abs().max().item<float>() > 0);
        Assert.True(plain.equal(redirected).all().item<bool>());
    }

    private static (double[] Values, double[] Gradient) Run(double ceiling, double[] incoming, bool isMarked)
    {
        using var scope = NewDisposeScope();
        var x = tensor(Values).unsqueeze(0).requires_grad_();
        var y = RedirectedRelu.Of(x, tensor(new[] { isMarked }), ceiling);
        y.backward([tensor(incoming).unsqueeze(0)]);
        return (y.detach().data<double>().ToArray(), x.grad!.data<double>().ToArray());
    }
}

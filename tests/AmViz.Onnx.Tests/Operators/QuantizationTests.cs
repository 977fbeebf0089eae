using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Operators;

[Collection(OnnxTests.Name)]
public sealed class QuantizationTests
{
    private static readonly float[] Scale = [0.5f];

    [Fact]
    public void GradientsPassThroughRoundingAndStopWhereNumbersAreCutOff()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.6f, -0.3f, 100f, -100f }).requires_grad_();
        var there = There(x);
        There(x).sum().backward();

        Assert.Equal([0.5f, -0.5f, 63.5f, -64f], there.detach().data<float>().ToArray());
        Assert.Equal([1f, 1f, 0f, 0f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void ValuesAreTheSameWhetherGradientsAreWantedOrNot()
    {
        using var scope = NewDisposeScope();
        var numbers = linspace(-80, 80, 1001);
        using var scale = tensor(Scale);
        var whole = Compute("QuantizeLinear", numbers, scale, zeros(1, dtype: ScalarType.Int8));

        Assert.Equal(ScalarType.Int8, whole.dtype);
        Assert.True(There(numbers).equal(There(numbers.clone().requires_grad_()).detach()).all().ToBoolean());
    }

    private static Tensor There(Tensor x)
    {
        var (scale, zero) = (tensor(Scale), zeros(1, dtype: ScalarType.Int8));
        return Compute("DequantizeLinear", Compute("QuantizeLinear", x, scale, zero), scale, zero);
    }

    private static Tensor Compute(string name, params Tensor[] inputs)
        => NodeCall.Compute(new OperatorCall(new OnnxNode("node", name, 13, [.. inputs.Select(_ => "x")], ["y"], OnnxAttributes.None), inputs))[0]!;
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Functions of single numbers between layers.</summary>
internal static class ActivationOperators
{
    /// <summary>What stands for "no bound" in float32 as exporters write it.</summary>
    private const double LargestFloat = float.MaxValue;

    private static readonly double RootOfTwoOverPi = Math.Sqrt(2 / Math.PI);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Celu", 1, call => Celu(call[0], call.Attributes.Number("alpha", 1))),
        OperatorRule.Of("Clip", 1, Clip),
        OperatorRule.Of("Elu", 1, call => call[0].elu(HeldScalars.Of(call.Attributes.Number("alpha", 1)), HeldScalars.One, HeldScalars.One)),
        OperatorRule.Of("Erf", 1, call => call[0].erf()),
        OperatorRule.Of("Gelu", 20, Gelu),
        OperatorRule.Of("HardSigmoid", 1, call => Line(call[0], call.Attributes.Number("alpha", 0.2), call.Attributes.Number("beta", 0.5))),
        OperatorRule.Of("HardSwish", 14, call => call[0].mul(Line(call[0], 1.0 / 6, 0.5))),
        OperatorRule.Of("LeakyRelu", 1, call => call[0].leaky_relu(HeldScalars.Of(call.Attributes.Number("alpha", 0.01)))),
        OperatorRule.Of("Mish", 18, call => call[0].mul(Softplus(call[0]).tanh())),
        OperatorRule.Of("PRelu", 1, call => where(call[0].lt(HeldScalars.Zero), call[0].mul(call[1]), call[0])),
        OperatorRule.Of("Relu", 1, call => call.Rectify(call[0], double.PositiveInfinity)),
        OperatorRule.Of("Selu", 1, call => call[0].elu(
            HeldScalars.Of(call.Attributes.Number("alpha", 1.67326319217681884765625)), HeldScalars.Of(call.Attributes.Number("gamma", 1.05070102214813232421875)), HeldScalars.One)),
        OperatorRule.Of("Shrink", 1, Shrink),
        OperatorRule.Of("Sigmoid", 1, call => call[0].sigmoid()),
        OperatorRule.Of("Softplus", 1, call => Softplus(call[0])),
        OperatorRule.Of("Softsign", 1, call => call[0].div(call[0].abs().add(HeldScalars.One))),
        OperatorRule.Of("Tanh", 1, call => call[0].tanh()),
        OperatorRule.Of("ThresholdedRelu", 1, call => call[0].masked_fill(call[0].le(HeldScalars.Of(call.Attributes.Number("alpha", 1))), HeldScalars.Zero)),
    ];

    // max(0, x) + min(0, alpha (exp(x / alpha) - 1))
    private static Tensor Celu(Tensor x, double alpha) => x.elu(HeldScalars.Of(alpha), HeldScalars.One, HeldScalars.Of(1 / alpha));

    private static Tensor Softplus(Tensor x) => x.logaddexp(zeros_like(x));

    private static Tensor Line(Tensor x, double slope, double offset) => x.mul(HeldScalars.Of(slope)).add(HeldScalars.Of(offset)).clamp(HeldScalars.Zero, HeldScalars.One);

    private static Tensor Gelu(OperatorCall call)
    {
        var x = call[0];
        switch (call.Attributes.Text("approximate", "none"))
        {
            case "none":
                return F.gelu(x);
            case "tanh":
                var cubic = x.mul(x).mul(x).mul(HeldScalars.Of(0.044715)).add(x);
                return x.mul(HeldScalars.Of(0.5)).mul(cubic.mul(HeldScalars.Of(RootOfTwoOverPi)).tanh().add(HeldScalars.One));
            case var other:
                throw call.Node.Refuse($"approximates by '{ErrorText.Shorten(other)}'; expected none or tanh. Export the network again.");
        }
    }

    private static Tensor Shrink(OperatorCall call)
    {
        var x = call[0];
        var bias = HeldScalars.Of(call.Attributes.Number("bias", 0));
        var border = call.Attributes.Number("lambd", 0.5);
        var shrunk = where(x.gt(HeldScalars.Zero), x.sub(bias), x.add(bias));
        var isInside = x.ge(HeldScalars.Of(-border)).logical_and(x.le(HeldScalars.Of(border)));
        return shrunk.masked_fill(isInside, HeldScalars.Zero).to_type(x.dtype);
    }

    // Bounds are inputs since opset 11, attributes before.
    private static Tensor Clip(OperatorCall call)
    {
        var x = call[0];
        if (x.is_integral())
        {
            var (least, most) = (One(call, 1), One(call, 2));
            var raised = least is { } low ? x.clamp_min(HeldScalars.Of(low)) : x.alias();
            return most is { } high ? raised.clamp_max(HeldScalars.Of(high)) : raised;
        }

        var (min, max) = (call.Number(1, call.Attributes.Number("min", double.NegativeInfinity)), call.Number(2, call.Attributes.Number("max", double.PositiveInfinity)));
        var ceiling = max >= LargestFloat ? double.PositiveInfinity : max;
        if (min == 0 && ceiling > 0)
        {
            return call.Rectify(x, ceiling);
        }

        return (min <= -LargestFloat, ceiling) switch
        {
            (true, double.PositiveInfinity) => x.alias(),
            (true, _) => x.clamp_max(HeldScalars.Of(ceiling)),
            (false, double.PositiveInfinity) => x.clamp_min(HeldScalars.Of(min)),
            _ => x.clamp(HeldScalars.Of(min), HeldScalars.Of(ceiling)),
        };
    }

    private static long? One(OperatorCall call, int index) => call.OptionalIntegers(index) switch
    {
        null or [] => null,
        [var one] => one,
        var many => throw call.Node.Refuse($"has {many.Length} numbers as input {index}; expected one. Export the network again."),
    };
}

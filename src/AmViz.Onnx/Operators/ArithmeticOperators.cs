using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Arithmetic, element by element; shapes are stretched as NumPy does it.</summary>
internal static class ArithmeticOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Abs", 1, call => call[0].abs()),
        OperatorRule.Of("Acos", 1, call => call[0].acos()),
        OperatorRule.Of("Acosh", 1, call => call[0].acosh()),
        OperatorRule.Of("Add", 1, call => call[0].add(call[1], HeldScalars.One)),
        OperatorRule.Of("Asin", 1, call => call[0].asin()),
        OperatorRule.Of("Asinh", 1, call => call[0].asinh()),
        OperatorRule.Of("Atan", 1, call => call[0].atan()),
        OperatorRule.Of("Atanh", 1, call => call[0].atanh()),
        OperatorRule.Of("BitShift", 1, Shift),
        OperatorRule.Of("BitwiseAnd", 1, call => call[0].bitwise_and(call[1])),
        OperatorRule.Of("BitwiseNot", 1, call => call[0].bitwise_not()),
        OperatorRule.Of("BitwiseOr", 1, call => call[0].bitwise_or(call[1])),
        OperatorRule.Of("BitwiseXor", 1, call => call[0].bitwise_xor(call[1])),
        OperatorRule.Of("Ceil", 1, call => call[0].ceil()),
        OperatorRule.Of("Cos", 1, call => call[0].cos()),
        OperatorRule.Of("Cosh", 1, call => call[0].cosh()),
        OperatorRule.Of("Div", 1, call => Divide(call[0], call[1])),
        OperatorRule.Of("Exp", 1, call => call[0].exp()),
        OperatorRule.Of("Floor", 1, call => call[0].floor()),
        OperatorRule.Of("IsInf", 1, IsInfinite),
        OperatorRule.Of("IsNaN", 1, call => call[0].isnan()),
        OperatorRule.Of("Log", 1, call => call[0].log()),
        OperatorRule.Of("Max", 1, call => Fold(call, (sum, next) => sum.maximum(next))),
        OperatorRule.Of("Mean", 1, Average),
        OperatorRule.Of("Min", 1, call => Fold(call, (sum, next) => sum.minimum(next))),
        OperatorRule.Of("Mod", 1, call => call.Attributes.Flag("fmod") ? call[0].fmod(call[1]) : call[0].remainder(call[1])),
        OperatorRule.Of("Mul", 1, call => call[0].mul(call[1])),
        OperatorRule.Of("Neg", 1, call => call[0].neg()),
        OperatorRule.Of("Pow", 1, Power),
        OperatorRule.Of("Reciprocal", 1, call => call[0].reciprocal()),
        OperatorRule.Of("Round", 1, call => call[0].round()),       // halves to the even neighbour, in torch and in ONNX
        OperatorRule.Of("Sign", 1, call => call[0].sign()),
        OperatorRule.Of("Sin", 1, call => call[0].sin()),
        OperatorRule.Of("Sinh", 1, call => call[0].sinh()),
        OperatorRule.Of("Sqrt", 1, call => call[0].sqrt()),
        OperatorRule.Of("Sub", 1, call => call[0].sub(call[1])),
        OperatorRule.Of("Sum", 1, call => Fold(call, (sum, next) => sum.add(next, HeldScalars.One))),
        OperatorRule.Of("Tan", 1, call => call[0].tan()),
    ];

    /// <summary>Of whole numbers the quotient is truncated, as in C.</summary>
    public static Tensor Divide(Tensor x, Tensor y) => x.is_integral() ? x.div(y, RoundingMode.trunc) : x.div(y);

    private static Tensor Fold(OperatorCall call, Func<Tensor, Tensor, Tensor> next)
    {
        var result = call[0].alias();
        for (var i = 1; i < call.Count; i++)
        {
            result = next(result, call[i]);
        }

        return result;
    }

    private static Tensor Average(OperatorCall call)
    {
        using Scalar count = call.Count;
        return Fold(call, (sum, next) => sum.add(next, HeldScalars.One)).div(count);
    }

    /// <summary>The result has the format of the base, whatever that of the exponent.</summary>
    private static Tensor Power(OperatorCall call)
    {
        var (x, exponent) = (call[0], call[1]);

        // A single exponent is the usual case, and a square costs a product; with a tensor of exponents every element would cost a logarithm.
        // A tensor of more axes than the base would stretch it, so it stays a tensor.
        if (x.is_floating_point() && exponent.NumberOfElements == 1 && exponent.dim() <= x.dim() && !exponent.requires_grad && exponent.device_type == DeviceType.CPU)
        {
            using var power = exponent.ToScalar();           // anew each time: it may be of the pixels
            return x.pow(power);
        }

        return TensorIndices.Fresh(x.pow(exponent).to_type(x.dtype), x);
    }

    private static Tensor Shift(OperatorCall call) => call.Attributes.Text("direction", string.Empty) switch
    {
        "LEFT" => call[0].bitwise_left_shift(call[1]),
        "RIGHT" => call[0].bitwise_right_shift(call[1]),
        var other => throw call.Node.Refuse($"has the direction '{ErrorText.Shorten(other)}'; expected LEFT or RIGHT. Export the network again."),
    };

    private static Tensor IsInfinite(OperatorCall call) => (call.Attributes.Flag("detect_negative", preset: true), call.Attributes.Flag("detect_positive", preset: true)) switch
    {
        (true, true) => call[0].isinf(),
        (true, false) => call[0].isneginf(),
        (false, true) => call[0].isposinf(),
        _ => zeros_like(call[0], dtype: ScalarType.Bool),
    };
}

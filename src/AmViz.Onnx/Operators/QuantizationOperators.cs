using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Whole numbers for fractions and back: value = scale (number - zero point).</summary>
/// <remarks>
/// Rounding has no gradient of use, so gradients pass straight through it (Bengio, Leonard and Courville, 2013, arXiv:1308.3432), and stop where the number is cut off at the ends of its format. Torch has no
/// gradients of whole numbers: while gradients are wanted, the numbers are carried as float32, with the same values.
/// </remarks>
internal static class QuantizationOperators
{
    /// <summary>Both of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("DequantizeLinear", 1, Dequantize),
        OperatorRule.Of("QuantizeLinear", 1, Quantize),
    ];

    private static Tensor Quantize(OperatorCall call)
    {
        var x = call[0];
        var type = call.Optional(2)?.dtype ?? (call.Attributes.Integer("output_dtype", 0) == 0 ? ScalarType.Byte : TypeOperators.TypeOf(call, "output_dtype"));
        var (least, most) = RangeOf(call, type);
        var precision = call.Attributes.Integer("precision", 0) == 0 ? x.dtype : TypeOperators.TypeOf(call, "precision");
        var scaled = (x.is_floating_point() ? x : x.to_type(ScalarType.Float32)).to_type(precision).div(AlongAxis(call, 1, x).to_type(precision));
        var rounded = scaled.requires_grad ? scaled.add(scaled.round().sub(scaled).detach(), HeldScalars.One) : scaled.round();
        var number = call.Optional(2) is null ? rounded : rounded.add(AlongAxis(call, 2, x).to_type(precision), HeldScalars.One);
        number = number.clamp(HeldScalars.Of(least), HeldScalars.Of(most));
        return number.requires_grad ? TensorIndices.Fresh(number.to_type(ScalarType.Float32), number) : number.to_type(type);
    }

    private static Tensor Dequantize(OperatorCall call)
    {
        var x = call[0];
        var scale = AlongAxis(call, 1, x);
        var type = call.Attributes.Integer("output_dtype", 0) == 0 ? scale.dtype : TypeOperators.TypeOf(call, "output_dtype");

        // Differences of whole numbers do not fit their own format.
        var wide = x.is_floating_point() ? x : x.to_type(ScalarType.Int32);
        var difference = call.Optional(2) is null ? wide : wide.sub(AlongAxis(call, 2, x).to_type(wide.dtype));
        var value = difference.to_type(scale.dtype).mul(scale);
        return TensorIndices.Fresh(value.to_type(type), value);
    }

    // One number for all, or one for each place of an axis.
    private static Tensor AlongAxis(OperatorCall call, int index, Tensor x)
    {
        var numbers = call[index];
        if (numbers.NumberOfElements == 1 && numbers.dim() <= 1)
        {
            return numbers.reshape([]);
        }

        var axis = call.Axis(call.Attributes.Integer("axis", 1), x.dim());
        if (call.Attributes.Integer("block_size", 0) != 0 || numbers.dim() != 1 || numbers.shape[0] != x.shape[axis])
        {
            throw call.Node.Refuse($"has input {index} of shape [{string.Join(", ", numbers.shape)}] for [{string.Join(", ", x.shape)}]; expected one number, or one for each place of axis {axis}. Quantize per tensor or per axis, not in blocks.");
        }

        var shape = new long[x.dim()];
        Array.Fill(shape, 1);
        shape[axis] = numbers.shape[0];
        return numbers.reshape(shape);
    }

    private static (long Least, long Most) RangeOf(OperatorCall call, ScalarType type) => type switch
    {
        ScalarType.Byte => (byte.MinValue, byte.MaxValue),
        ScalarType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ScalarType.Int16 => (short.MinValue, short.MaxValue),
        _ => throw call.Node.Refuse($"makes numbers of the format {type}; expected int8, uint8 or int16. Quantize to one of these, or export the network in float32."),
    };
}

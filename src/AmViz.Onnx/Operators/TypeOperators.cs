using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Changes of number format, and operators that change nothing when a network is only used.</summary>
internal static class TypeOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Cast", 1, call => TensorIndices.Fresh(call[0].to_type(TypeOf(call, "to")), call[0])),
        OperatorRule.Of("CastLike", 1, call => TensorIndices.Fresh(call[0].to_type(call[1].dtype), call[0])),
        new("Dropout", 1, Dropout),
        OperatorRule.Of("Identity", 1, call => call[0].alias()),
    ];

    /// <summary>The number format that an attribute names.</summary>
    /// <param name="call">Whose node is named if torch has no such format.</param>
    /// <param name="attribute">Holds a number of <c>TensorProto.DataType</c>.</param>
    public static ScalarType TypeOf(OperatorCall call, string attribute)
    {
        var type = call.Attributes.Integer(attribute, 0);
        var number = type is >= 0 and <= int.MaxValue ? (int)type : 0;
        return TensorTypes.TypeOf(number)
            ?? throw call.Node.Refuse($"asks for the number format {TensorTypes.NameOf(number)} by its attribute '{attribute}', which is not taken. Export the network in float32.");
    }

    private static IReadOnlyList<Tensor?> Dropout(OperatorCall call)
    {
        var x = call[0];
        if (call.Number(2, 0) != 0 && call.Number(1, 0.5) != 0)
        {
            throw call.Node.Refuse("drops out, as in training. Export the network for inference, in PyTorch after model.eval().");
        }

        var wantsMask = call.Node.Outputs.Count > 1 && call.Node.Outputs[1].Length > 0;
        return [x.alias(), wantsMask ? ones_like(x, dtype: ScalarType.Bool) : null];
    }
}

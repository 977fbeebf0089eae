using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Comparisons and logic, element by element; shapes are stretched as NumPy does it.</summary>
internal static class LogicOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("And", 1, call => call[0].logical_and(call[1])),
        OperatorRule.Of("Equal", 1, call => call[0].eq(call[1])),
        OperatorRule.Of("Greater", 1, call => call[0].gt(call[1])),
        OperatorRule.Of("GreaterOrEqual", 1, call => call[0].ge(call[1])),
        OperatorRule.Of("Less", 1, call => call[0].lt(call[1])),
        OperatorRule.Of("LessOrEqual", 1, call => call[0].le(call[1])),
        OperatorRule.Of("Not", 1, call => call[0].logical_not()),
        OperatorRule.Of("Or", 1, call => call[0].logical_or(call[1])),
        OperatorRule.Of("Where", 1, call => where(call[0].to_type(ScalarType.Bool), call[1], call[2])),
        OperatorRule.Of("Xor", 1, call => call[0].logical_xor(call[1])),
    ];
}

namespace AmViz.Onnx;

/// <summary>Every operator that is taken, by name and opset.</summary>
internal static class OperatorTable
{
    /// <summary>First and last opset whose models are read.</summary>
    public const int FirstOpset = 7, LastOpset = 23;

    private static readonly ILookup<string, OperatorRule> Rules = new IEnumerable<OperatorRule>[]
    {
        ActivationOperators.Rules,
        ArithmeticOperators.Rules,
        AttentionOperators.Rules,
        AxisOperators.Rules,
        ConvolutionOperators.Rules,
        FillingOperators.Rules,
        GatheringOperators.Rules,
        JoiningOperators.Rules,
        LinearOperators.Rules,
        LogicOperators.Rules,
        NormalizationOperators.Rules,
        PaddingOperators.Rules,
        PoolingOperators.Rules,
        QuantizationOperators.Rules,
        ReductionOperators.Rules,
        ResizeOperators.Rules,
        SamplingOperators.Rules,
        ScatteringOperators.Rules,
        ShapeOperators.Rules,
        TypeOperators.Rules,
    }.SelectMany(rules => rules).ToLookup(rule => rule.Operator, StringComparer.Ordinal);

    /// <summary>Names of all operators, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rules.Select(rules => rules.Key).Order(StringComparer.Ordinal)];

    /// <summary>The newest rule of an operator that is not above an opset; null: there is none.</summary>
    public static OperatorRule? Find(string name, int opset) => Rules[name].Where(rule => rule.Since <= opset).MaxBy(rule => rule.Since);
}

using TorchSharp;

namespace AmViz.Onnx;

/// <summary>x / sqrt(2), erf, + 1, times x, / 2: what exporters make of <c>nn.GELU</c> before opset 20, computed as one operation instead of five.</summary>
/// <param name="values">What is constant.</param>
/// <param name="constants">The numbers of it.</param>
internal sealed class GeluFolding(GraphValues values, GraphConstants constants) : NodeFolding(values)
{
    private const int SinceOpset = 20;
    private const double Tolerance = 1e-6;
    private const double RootOfTwo = 1.41421356237309515;

    private static readonly string[] Operators = ["Div", "Erf", "Add", "Mul", "Mul"];

    public override FoldedNode Fold(IReadOnlyList<OnnxNode> chain)
        => new(chain[^1] with { Operator = "Gelu", Version = SinceOpset, Inputs = [chain[0].Inputs[0]], Attributes = OnnxAttributes.None }, [chain[0].Inputs[0]]);

    // Some write the product with the reciprocal.
    protected override bool Begins(OnnxNode node) => node.Operator switch
    {
        "Div" => node.Inputs is [var x, var divisor] && !AreConstant([x]) && Is(divisor, RootOfTwo),
        "Mul" => node.Inputs is [var x, var factor] && !AreConstant([x]) && Is(factor, 1 / RootOfTwo),
        _ => false,
    };

    protected override bool Continues(IReadOnlyList<OnnxNode> chain, OnnxNode node)
    {
        var (x, before) = (chain[0].Inputs[0], chain[^1].Outputs[0]);
        return chain.Count < Operators.Length && node.Operator == Operators[chain.Count] && chain.Count switch
        {
            1 => true,
            2 => ReadsOnly(node, before) && Is(Other(node, before), 1),
            3 => Other(node, before) == x,
            _ => ReadsOnly(node, before) && Is(Other(node, before), 0.5),
        };
    }

    protected override bool IsWhole(IReadOnlyList<OnnxNode> chain) => chain.Count == Operators.Length;

    private static string Other(OnnxNode node, string value) => node.Inputs[node.Inputs[0] == value ? 1 : 0];

    private bool Is(string value, double number)
        => AreConstant([value]) && constants.OnHost(value) is var tensor && tensor.NumberOfElements == 1 && tensor.is_floating_point()
            && Math.Abs(tensor.to_type(torch.ScalarType.Float64).item<double>() - number) < Tolerance;
}

using TorchSharp;

namespace AmViz.Onnx;

/// <summary>A Gather of one entry that is known beforehand, as exporters write <c>qkv[0]</c>: looked at where it lies instead of copied.</summary>
/// <param name="values">What is constant.</param>
/// <param name="constants">The numbers of it.</param>
/// <param name="plan">Shapes of everything.</param>
internal sealed class SelectionFolding(GraphValues values, GraphConstants constants, ShapePlan plan) : NodeFolding(values)
{
    public override FoldedNode Fold(IReadOnlyList<OnnxNode> chain)
    {
        var (axis, entry) = PlaceOf(chain[0])!.Value;
        return new(chain[0], [chain[0].Inputs[0]]) { Function = call => [call[0].select(axis, entry)] };
    }

    protected override bool Begins(OnnxNode node) => node.Operator == "Gather" && node.Inputs is [var from, var index] && !AreConstant([from]) && AreConstant([index]) && PlaceOf(node) is not null;

    protected override bool Continues(IReadOnlyList<OnnxNode> chain, OnnxNode node) => false;

    protected override bool IsWhole(IReadOnlyList<OnnxNode> chain) => true;

    // Null: several entries, or a number that the operator itself has to judge.
    private (int Axis, long Entry)? PlaceOf(OnnxNode node)
    {
        var (sizes, index) = (plan.ShapeOf(node.Inputs[0]).Sizes, constants.OnHost(node.Inputs[1]));
        var told = node.Attributes.Integer("axis", 0);
        if (index.dim() != 0 || index.dtype is not (torch.ScalarType.Int64 or torch.ScalarType.Int32) || told < -sizes.Length || told >= sizes.Length)
        {
            return null;
        }

        var axis = (int)(told < 0 ? told + sizes.Length : told);
        using var wide = index.to_type(torch.ScalarType.Int64).alias();
        var entry = wide.item<long>();
        return entry >= -sizes[axis] && entry < sizes[axis] ? (axis, entry < 0 ? entry + sizes[axis] : entry) : null;
    }
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Products with a constant matrix, with the offset that follows, that are computed as one linear map: what exporters make of <c>nn.Linear</c>.</summary>
/// <param name="values">What is constant.</param>
/// <param name="constants">The numbers of it.</param>
internal sealed class LinearFolding(GraphValues values, GraphConstants constants) : NodeFolding(values)
{
    public override FoldedNode Fold(IReadOnlyList<OnnxNode> chain)
    {
        var (weight, bias) = constants.Folded(chain, () => Map(chain));
        return new(chain[0], [chain[0].Inputs[0]], weight, bias) { Function = static call => [LinearProduct.Of(call[0], call[1], call[2])] };
    }

    /// <summary>Weight <c>[out, in]</c> and bias, in double precision on the CPU.</summary>
    private (Tensor Weight, Tensor Bias) Map(IReadOnlyList<OnnxNode> chain)
    {
        var weight = Double(chain[0].Inputs[1]).t().contiguous();
        var offset = chain.Count > 1 ? Double(chain[1].Inputs[chain[1].Inputs[0] == chain[0].Outputs[0] ? 1 : 0]).flatten() : zeros(1, dtype: ScalarType.Float64);
        return (weight, offset.expand(weight.shape[0]).contiguous());

        Tensor Double(string value) => constants.OnHost(value).to_type(ScalarType.Float64);
    }

    protected override bool Begins(OnnxNode node)
        => node.Operator == "MatMul" && node.Inputs is [var tokens, var matrix] && !AreConstant([tokens]) && AreConstant([matrix])
            && constants.OnHost(matrix) is var numbers && numbers.dim() == 2 && numbers.dtype == ScalarType.Float32;

    protected override bool Continues(IReadOnlyList<OnnxNode> chain, OnnxNode node)
    {
        var before = chain[^1].Outputs[0];
        if (chain.Count > 1 || node.Operator != "Add" || !ReadsOnly(node, before))
        {
            return false;
        }

        // One number, or one for each output; more would be other numbers for other tokens.
        var numbers = constants.OnHost(node.Inputs[node.Inputs[0] == before ? 1 : 0]);
        return numbers.dtype == ScalarType.Float32 && numbers.dim() <= 1 && (numbers.NumberOfElements == 1 || numbers.NumberOfElements == constants.OnHost(chain[0].Inputs[1]).shape[1]);
    }

    protected override bool IsWhole(IReadOnlyList<OnnxNode> chain) => true;
}

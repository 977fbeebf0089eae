using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>softmax(Q K' s) V, product by product, as exporters write it: computed as one attention, whose scores never lie in memory as a whole.</summary>
/// <remarks>A mask between the products, and other formats than float32, are computed as they are written.</remarks>
/// <param name="values">What depends on pixels.</param>
/// <param name="plan">Shapes of everything, and numbers of what follows from them.</param>
internal sealed class AttentionFolding(GraphValues values, ShapePlan plan) : NodeFolding(values)
{
    private const int SinceOpset = 23;

    // Before it the axes behind the given one counted as one.
    private const int OpsetOfSingleAxes = 13;

    private const int FewestAxes = 3;

    private readonly GraphValues _values = values;

    public override FoldedNode Fold(IReadOnlyList<OnnxNode> chain)
    {
        string[] inputs = [.. chain[0].Inputs, chain[^1].Inputs[1]];
        var scale = ScaleOf(chain);
        return new(chain[^1] with { Operator = "Attention", Version = SinceOpset, Inputs = inputs, Attributes = OnnxAttributes.None }, inputs)
        {
            Function = call => [ScaledAttention.Of(call[0], call[1].transpose(-2, -1), call[2], scale)],
        };
    }

    // Q [..., L, E] and K', already transposed, [..., E, S].
    protected override bool Begins(OnnxNode node)
        => node.Operator == "MatMul" && node.Inputs is [var query, var keys] && ShapeOf(query) is { Length: >= FewestAxes } rows && ShapeOf(keys) is { } columns && HasSameHeads(rows, columns);

    protected override bool Continues(IReadOnlyList<OnnxNode> chain, OnnxNode node)
    {
        var before = chain[^1].Outputs[0];
        return (chain[^1].Operator, node.Operator) switch
        {
            ("MatMul", "Mul" or "Div") => chain.Count == 1 && NumberOf(node, before) is { } number && double.IsFinite(number) && number != 0,
            ("MatMul", "Softmax") => chain.Count == 1 && IsOverKeys(node),
            ("Mul" or "Div", "Softmax") => IsOverKeys(node),
            ("Softmax", "MatMul") => node.Inputs is [var weights, var mixed] && weights == before && mixed != before && ShapeOf(mixed) is { } rows && HasSameHeads(plan.ShapeOf(before).Sizes, rows),
            _ => false,
        };
    }

    protected override bool IsWhole(IReadOnlyList<OnnxNode> chain) => chain.Count > 2 && chain[^1].Operator == "MatMul";

    private static bool HasSameHeads(long[] one, long[] other) => one.AsSpan(..^2).SequenceEqual(other.AsSpan(..Math.Max(0, other.Length - 2))) && one.Concat(other).All(size => size > 0);

    // Shape of a value of float32 that depends on pixels; null: it is something else.
    private long[]? ShapeOf(string value)
        => value.Length > 0 && _values.LevelOf(value) == ValueLevel.Pixels && plan.ShapeOf(value) is { Type: ScalarType.Float32 } shape ? shape.Sizes : null;

    private bool IsOverKeys(OnnxNode softmax)
    {
        var rank = plan.ShapeOf(softmax.Outputs[0]).Sizes.Length;
        var axis = softmax.Attributes.Integer("axis", softmax.Version < OpsetOfSingleAxes ? 1 : -1);
        return axis == rank - 1 || axis == -1;
    }

    private double ScaleOf(IReadOnlyList<OnnxNode> chain) => chain[1].Operator switch
    {
        "Mul" => NumberOf(chain[1], chain[0].Outputs[0])!.Value,
        "Div" => 1 / NumberOf(chain[1], chain[0].Outputs[0])!.Value,
        _ => 1,
    };

    // The one number by which a value is multiplied or divided; null: it is something else.
    private double? NumberOf(OnnxNode node, string value)
    {
        var place = node.Inputs[0] == value ? 1 : 0;
        if ((node.Operator == "Div" && place == 0) || node.Inputs[place] == value || _values.LevelOf(node.Inputs[place]) == ValueLevel.Pixels)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var number = plan.OnDevice(node, place);
        return number.NumberOfElements == 1 && number.dtype == ScalarType.Float32 && number.dim() <= plan.ShapeOf(value).Sizes.Length ? number.to_type(ScalarType.Float64).item<double>() : null;
    }
}

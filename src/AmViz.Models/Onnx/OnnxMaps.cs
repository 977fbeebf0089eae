using AmViz.Onnx;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>How the channels of a value of a graph are made of those of another, as <see cref="ChannelMap"/> has it.</summary>
/// <param name="From">Name of the other value.</param>
/// <param name="Channels">How many the value has.</param>
/// <param name="Length">Weights of a channel.</param>
/// <param name="IsWhole">Whether each channel sees all channels of the other value.</param>
/// <param name="Read">The weights, <c>[Channels, Length]</c>, in the caller's dispose scope.</param>
internal sealed record OnnxMap(string From, long Channels, long Length, bool IsWhole, Func<Tensor> Read);

/// <summary>Finds the weights that make a value: of the convolution or product with constant weights behind it, past what adds constants or only moves numbers, batch-norm multiplied in.</summary>
/// <param name="graph">The graph.</param>
internal sealed class OnnxMaps(OnnxGraph graph)
{
    private const int WeightInput = 1;
    private const int VarianceInput = 4;
    private const double DefaultEpsilon = 1e-5;

    /// <summary>What a value is made of.</summary>
    /// <returns>Null where that is no weighted sum.</returns>
    public OnnxMap? Find(string value) => graph.MakerOf(value) is not { } node ? null : node.Operator switch
    {
        "Conv" => OfConvolution(node),
        "Gemm" => OfGemm(node),
        "MatMul" => OfProduct(node),
        "BatchNormalization" => OfNormalization(node),
        "Add" => node.Inputs.Where(input => !IsConstant(input)).ToArray() is [var summed] ? Find(summed) : null,
        "Identity" or "Dropout" or "Flatten" or "Squeeze" or "Reshape" => Find(node.Inputs[0]),
        _ => null,
    };

    private OnnxMap? OfConvolution(OnnxNode node)
    {
        if (!IsConstant(node.Inputs[WeightInput]))
        {
            return null;
        }

        var shape = graph.Constant(node.Inputs[WeightInput]).shape;
        return new(node.Inputs[0], shape[0], shape.Skip(1).Aggregate(1L, (product, length) => product * length), node.Attributes.Integer("group", 1) == 1, () => graph.Constant(node.Inputs[WeightInput]).flatten(1));
    }

    // alpha A' B' + beta C; of B' [in, out].
    private OnnxMap? OfGemm(OnnxNode node)
    {
        if (node.Attributes.Flag("transA") || IsConstant(node.Inputs[0]) || !IsConstant(node.Inputs[WeightInput]))
        {
            return null;
        }

        var (shape, isTransposed) = (graph.Constant(node.Inputs[WeightInput]).shape, node.Attributes.Flag("transB"));
        var alpha = node.Attributes.Number("alpha", 1);
        return new(node.Inputs[0], isTransposed ? shape[0] : shape[1], isTransposed ? shape[1] : shape[0], IsWhole: true, () =>
        {
            var weight = graph.Constant(node.Inputs[WeightInput]);
            return (isTransposed ? weight : weight.t()).to(ScalarType.Float64) * alpha;
        });
    }

    private OnnxMap? OfProduct(OnnxNode node)
    {
        if (IsConstant(node.Inputs[0]) || !IsConstant(node.Inputs[WeightInput]) || graph.Constant(node.Inputs[WeightInput]).shape is not [var length, var channels])
        {
            return null;
        }

        return new(node.Inputs[0], channels, length, IsWhole: true, () => graph.Constant(node.Inputs[WeightInput]).t());
    }

    private OnnxMap? OfNormalization(OnnxNode node)
    {
        if (!node.Inputs.Skip(1).All(IsConstant) || Find(node.Inputs[0]) is not { } map)
        {
            return null;
        }

        Tensor Exact(int input) => graph.Constant(node.Inputs[input]).to(ScalarType.Float64);
        return map with
        {
            Read = () => map.Read().to(ScalarType.Float64) * (Exact(WeightInput) / (Exact(VarianceInput) + node.Attributes.Number("epsilon", DefaultEpsilon)).sqrt()).unsqueeze(1),
        };
    }

    private bool IsConstant(string value) => value.Length > 0 && graph.LevelOf(value) == ValueLevel.Constant;
}

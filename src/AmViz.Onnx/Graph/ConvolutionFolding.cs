using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Convolutions followed by a normalization, or by factors and offsets of each channel, that are computed as one convolution.</summary>
/// <param name="values">What is constant.</param>
/// <param name="constants">The numbers of it.</param>
internal sealed class ConvolutionFolding(GraphValues values, GraphConstants constants) : NodeFolding(values)
{
    protected override bool Begins(OnnxNode node) => node.Operator == "Conv" && AreConstant(node.Inputs.Skip(1));

    public override FoldedNode Fold(IReadOnlyList<OnnxNode> chain)
    {
        var (weight, bias) = constants.Folded(chain, () => Kernel(chain));
        return new(chain[0], [chain[0].Inputs[0]], weight, bias);
    }

    // A convolution alone stays as it is.
    protected override bool IsWhole(IReadOnlyList<OnnxNode> chain) => chain.Count > 1;

    /// <summary>Weight and bias of a chain, in double precision on the CPU.</summary>
    private (Tensor Weight, Tensor Bias) Kernel(IReadOnlyList<OnnxNode> chain)
    {
        var convolution = chain[0];
        var weight = Double(convolution.Inputs[1]);
        var channels = weight.shape[0];
        var bias = convolution.Inputs.Count > 2 && convolution.Inputs[2].Length > 0 ? Double(convolution.Inputs[2]) : zeros(channels, dtype: ScalarType.Float64);
        for (var i = 1; i < chain.Count; i++)
        {
            var (factor, offset) = Line(chain[i], chain[i - 1].Outputs[0]);
            weight = weight.mul(factor.expand(channels).view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]));
            bias = bias.mul(factor).add(offset, HeldScalars.One);
        }

        return (weight, bias.expand(channels));

        Tensor Double(string value) => constants.OnHost(value).to_type(ScalarType.Float64);

        // y = factor x + offset, each of one number or one for each channel.
        (Tensor Factor, Tensor Offset) Line(OnnxNode node, string before)
        {
            if (node.Operator == "BatchNormalization")
            {
                using Scalar epsilon = node.Attributes.Number("epsilon", 1e-5);
                var scale = Double(node.Inputs[1]).div(Double(node.Inputs[4]).add(epsilon).sqrt());
                return (scale, Double(node.Inputs[2]).sub(Double(node.Inputs[3]).mul(scale)));
            }

            var number = Double(node.Inputs[node.Inputs[0] == before ? 1 : 0]).flatten();
            var (one, zero) = (ones(1, dtype: ScalarType.Float64), zeros(1, dtype: ScalarType.Float64));
            return node.Operator switch
            {
                "Mul" => (number, zero),
                "Div" => (one.div(number), zero),
                "Add" => (one, number),
                _ => node.Inputs[0] == before ? (one, number.neg()) : (one.neg(), number),
            };
        }
    }

    protected override bool Continues(IReadOnlyList<OnnxNode> chain, OnnxNode node)
    {
        var (convolution, before) = (chain[0], chain[^1].Outputs[0]);
        return ReadsOnly(node, before) && node.Operator switch
        {
            "BatchNormalization" => node.Inputs is [var x, _, _, _, _] && x == before && node.Outputs.Skip(1).All(output => output.Length == 0) && !node.Attributes.Flag("training_mode"),
            "Add" or "Sub" or "Mul" => IsOfChannels(),
            "Div" => node.Inputs[0] == before && IsOfChannels(),
            _ => false,
        };

        // One number, or one for each channel; more would be other numbers at other positions.
        bool IsOfChannels()
        {
            var (weight, numbers) = (constants.OnHost(convolution.Inputs[1]), constants.OnHost(node.Inputs[node.Inputs[0] == before ? 1 : 0]));
            var channels = weight.dim() - 1;
            return numbers.is_floating_point() && numbers.dim() <= weight.dim()
                && (numbers.NumberOfElements == 1 || (numbers.NumberOfElements == weight.shape[0] && numbers.dim() >= channels && numbers.shape[^(int)channels] == weight.shape[0]));
        }
    }
}

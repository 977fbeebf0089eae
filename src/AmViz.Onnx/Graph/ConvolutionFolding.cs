using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Convolutions followed by a normalization, or by factors and offsets of each channel, that are computed as one convolution.</summary>
/// <remarks>Only where nobody else reads the bare value and it is not wanted itself; so this is found anew for each schedule.</remarks>
internal sealed class ConvolutionFolding
{
    private readonly Dictionary<string, IReadOnlyList<OnnxNode>> _chains = new(StringComparer.Ordinal);

    private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);

    /// <summary>Finds them among the nodes of a schedule.</summary>
    public static ConvolutionFolding Find(IReadOnlyList<OnnxNode> nodes, GraphValues values, GraphConstants constants, IReadOnlyList<string> wanted)
    {
        var folding = new ConvolutionFolding();
        var readers = nodes.SelectMany(node => node.Inputs.Distinct(StringComparer.Ordinal).Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        var kept = wanted.ToHashSet(StringComparer.Ordinal);
        foreach (var convolution in nodes.Where(node => node.Operator == "Conv" && node.Inputs.Skip(1).All(input => input.Length == 0 || values.LevelOf(input) == ValueLevel.Constant)))
        {
            var chain = new List<OnnxNode> { convolution };
            while (!kept.Contains(chain[^1].Outputs[0]) && readers[chain[^1].Outputs[0]].ToList() is [var next] && CanFold(next, convolution, chain[^1].Outputs[0], values, constants))
            {
                chain.Add(next);
            }

            if (chain.Count > 1)
            {
                folding._chains.Add(convolution.Outputs[0], chain);
                folding._absorbed.UnionWith(chain.Skip(1).Select(node => node.Outputs[0]));
            }
        }

        return folding;
    }

    /// <summary>A convolution and what is computed with it; null: nothing is.</summary>
    public IReadOnlyList<OnnxNode>? ChainOf(OnnxNode node) => node.Operator == "Conv" ? _chains.GetValueOrDefault(node.Outputs[0]) : null;

    /// <summary>Whether a node is computed with a convolution before it.</summary>
    public bool IsAbsorbed(OnnxNode node) => node.Outputs.Count > 0 && _absorbed.Contains(node.Outputs[0]);

    /// <summary>Weight and bias of a chain, in double precision on the CPU.</summary>
    public static (Tensor Weight, Tensor Bias) Fold(IReadOnlyList<OnnxNode> chain, GraphConstants constants)
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

    private static bool CanFold(OnnxNode node, OnnxNode convolution, string before, GraphValues values, GraphConstants constants)
    {
        if (node.Inputs.Count(input => input == before) != 1 || node.Inputs.Any(input => input.Length > 0 && input != before && values.LevelOf(input) != ValueLevel.Constant))
        {
            return false;
        }

        return node.Operator switch
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

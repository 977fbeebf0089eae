using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>Normalizations, as they are once a network is trained.</summary>
internal static class NormalizationOperators
{
    /// <summary>More than the channels of any layer.</summary>
    private const long MostNeighbours = 1 << 16;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("BatchNormalization", 1, Batch),
        OperatorRule.Of("GroupNormalization", 18, call => Group(call, EachChannel(call, call[1]), EachChannel(call, call[2]))),
        OperatorRule.Of("GroupNormalization", 21, call => Group(call, call[1], call[2])),
        OperatorRule.Of("InstanceNormalization", 1, call => F.group_norm(call[0], call[0].shape[1], call[1], call[2], Epsilon(call))),
        new("LayerNormalization", 17, Layer),
        OperatorRule.Of("LpNormalization", 1, Lp),
        OperatorRule.Of("LRN", 1, LocalResponse),
        OperatorRule.Of("MeanVarianceNormalization", 1, MeanVariance),
        OperatorRule.Of("RMSNormalization", 23, RootMeanSquare),
    ];

    private static double Epsilon(OperatorCall call) => call.Attributes.Number("epsilon", 1e-5);

    private static Tensor Batch(OperatorCall call)
    {
        if (call.Attributes.Flag("training_mode") || call.Node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            throw call.Node.Refuse("is to train. Export the network in evaluation mode (model.eval()).");
        }

        if (!call.Attributes.Flag("spatial", preset: true))
        {
            throw call.Node.Refuse("has a mean for each position, as before opset 9. Export the network again.");
        }

        var x = call[0];
        return F.batch_norm(x, Like(call[3]), Like(call[4]), Like(call[1]), Like(call[2]), training: false, eps: Epsilon(call));

        Tensor Like(Tensor numbers) => numbers.dtype == x.dtype ? numbers : numbers.to(x.dtype);
    }

    private static long Groups(OperatorCall call)
    {
        var groups = call.Attributes.Integer("num_groups", 0);
        return groups > 0 && call[0].dim() > 1 && call[0].shape[1] % groups == 0
            ? groups
            : throw call.Node.Refuse($"has {groups} groups for a tensor of [{string.Join(", ", call[0].shape)}]; expected a divisor of the channels. Export the network again.");
    }

    private static Tensor Group(OperatorCall call, Tensor scale, Tensor bias) => F.group_norm(call[0], Groups(call), scale, bias, Epsilon(call));

    // Before opset 21 scale and bias had one number for each group.
    private static Tensor EachChannel(OperatorCall call, Tensor numbers)
    {
        var (groups, channels) = (Groups(call), call[0].shape[1]);
        return numbers.shape is [var count] && count == groups
            ? numbers.unsqueeze(1).expand(groups, channels / groups).reshape(channels)
            : throw call.Node.Refuse($"has numbers of shape [{string.Join(", ", numbers.shape)}] for {groups} groups. Export the network again.");
    }

    private static IReadOnlyList<Tensor?> Layer(OperatorCall call)
    {
        var (x, scale, bias) = (call[0], call[1], call.Optional(2));
        var axis = call.Axis(call.Attributes.Integer("axis", -1), x.dim());
        var shape = x.shape[axis..];
        long[] axes = [.. Enumerable.Range(axis, shape.Length).Select(one => (long)one)];
        var isPlain = scale.shape.AsSpan().SequenceEqual(shape) && (bias is null || bias.shape.AsSpan().SequenceEqual(shape));
        var y = isPlain ? F.layer_norm(x, shape, scale, bias, Epsilon(call)) : Scaled(F.layer_norm(x, shape, eps: Epsilon(call)), scale, bias);
        if (call.Node.Outputs.Skip(1).All(output => output.Length == 0))
        {
            return [y];
        }

        var mean = x.mean(axes, keepdim: true);
        var centred = x.sub(mean);
        using Scalar epsilon = Epsilon(call);
        return [y, mean, centred.mul(centred).mean(axes, keepdim: true).add(epsilon).rsqrt()];
    }

    private static Tensor Scaled(Tensor x, Tensor scale, Tensor? bias) => bias is null ? x.mul(scale) : x.mul(scale).add(bias, HeldScalars.One);

    private static Tensor RootMeanSquare(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", -1), x.dim());
        long[] axes = [.. Enumerable.Range(axis, (int)x.dim() - axis).Select(one => (long)one)];
        using Scalar epsilon = Epsilon(call);
        return x.mul(x.mul(x).mean(axes, keepdim: true).add(epsilon).rsqrt()).mul(call[1]);
    }

    private static Tensor MeanVariance(OperatorCall call)
    {
        var x = call[0];
        long[] axes = [.. (call.Attributes.Integers("axes") ?? [0, 2, 3]).Select(axis => (long)call.Axis(axis, x.dim()))];
        var centred = x.sub(x.mean(axes, keepdim: true));
        return centred.div(centred.mul(centred).mean(axes, keepdim: true).sqrt().add(HeldScalars.Of(1e-9)));
    }

    private static Tensor Lp(OperatorCall call)
    {
        var x = call[0];
        var axis = call.Axis(call.Attributes.Integer("axis", -1), x.dim());
        var norm = call.Attributes.Integer("p", 2) switch
        {
            1 => x.abs().sum(axis, keepdim: true),
            2 => x.mul(x).sum(axis, keepdim: true).sqrt(),
            var other => throw call.Node.Refuse($"takes the norm of order {other}; expected 1 or 2. Export the network again."),
        };
        return x.div(norm.masked_fill(norm.eq(HeldScalars.Zero), HeldScalars.One));
    }

    // Mean of the squares of neighbouring channels; of an even number one more behind than before.
    private static Tensor LocalResponse(OperatorCall call)
    {
        var x = call[0];
        var size = call.Attributes.Integer("size", 0);
        if (size is < 1 or > MostNeighbours || x.dim() < 3)
        {
            throw call.Node.Refuse($"sums over {size} channels of a tensor of [{string.Join(", ", x.shape)}]; expected 1 to {MostNeighbours}, and at least three axes. Export the network again.");
        }

        TensorBound.Count(call, [x.shape[0], x.shape[1] + size, .. x.shape[2..]]);

        var squares = x.mul(x).flatten(2).unsqueeze(1);                                            // [N, 1, C, positions]
        var means = F.avg_pool2d(F.pad(squares, [0, 0, (size - 1) / 2, size / 2]), [size, 1], [1, 1]).reshape(x.shape);
        using Scalar alpha = call.Attributes.Number("alpha", 1e-4), bias = call.Attributes.Number("bias", 1), beta = call.Attributes.Number("beta", 0.75);
        return x.div(means.mul(alpha).add(bias).pow(beta));
    }
}

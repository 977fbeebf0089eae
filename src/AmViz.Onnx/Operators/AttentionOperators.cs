using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Attention of queries to keys (Vaswani et al., 2017), and the rotation that tells it positions (Su et al., 2021).</summary>
internal static class AttentionOperators
{
    /// <summary>Both of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        new("Attention", 23, Attend),
        OperatorRule.Of("RotaryEmbedding", 23, Rotate),
    ];

    /// <summary>softmax(cap(Q K' scale + mask)) V, in the order of ONNX 1.18, and on demand the keys and values with those of before, and the scores.</summary>
    private static IReadOnlyList<Tensor?> Attend(OperatorCall call)
    {
        var isFlat = call[0].dim() == 3;
        var query = WithHeads(call, 0, "q_num_heads");                          // [N, Hq, L, E]
        var key = Joined(call.Optional(4), WithHeads(call, 1, "kv_num_heads"));     // [N, Hk, S, E]
        var value = Joined(call.Optional(5), WithHeads(call, 2, "kv_num_heads"));   // [N, Hk, S, F]
        var scale = call.Attributes.Number("scale", 1 / Math.Sqrt(query.shape[3]));
        if (scale < 0)
        {
            throw call.Node.Refuse($"has the scale {scale.ToString(System.Globalization.CultureInfo.InvariantCulture)}; expected no negative number. Export the network again.");
        }

        if (IsPlain(call, query, key, value))
        {
            var mixed = ScaledAttention.Of(query, ForAllHeads(call, key, query), ForAllHeads(call, value, query), scale);
            return [isFlat ? mixed.transpose(1, 2).flatten(2) : mixed, key.alias(), value.alias()];
        }

        // Each factor takes the root of the scale, so that products stay small in float16.
        var half = HeldScalars.Of(Math.Sqrt(scale));
        var product = MatrixProduct.Of(call, query.mul(half), ForAllHeads(call, key, query).transpose(2, 3).mul(half));      // [N, Hq, L, S]
        var masked = Masked(call, product);
        var cap = call.Attributes.Number("softcap", 0);
        var capped = cap > 0 ? masked.div(HeldScalars.Of(cap)).tanh().mul(HeldScalars.Of(cap)) : masked;
        var precision = call.Attributes.Integer("softmax_precision", 0) == 0 ? capped.dtype : TypeOperators.TypeOf(call, "softmax_precision");
        var weights = TensorIndices.Fresh(capped.to_type(precision), capped).softmax(-1).to_type(query.dtype);
        var output = MatrixProduct.Of(call, weights, ForAllHeads(call, value, query));                                        // [N, Hq, L, F]
        var scores = call.Attributes.Integer("qk_matmul_output_mode", 0) switch
        {
            0 => product,
            1 => masked,
            2 => capped,
            3 => weights,
            var mode => throw call.Node.Refuse($"has the qk_matmul_output_mode {mode}; expected 0 to 3. Export the network again."),
        };
        return [isFlat ? output.transpose(1, 2).flatten(2) : output, key.alias(), value.alias(), scores.alias()];
    }

    // Nothing between the products but the softmax, and nobody asks for the scores.
    private static bool IsPlain(OperatorCall call, Tensor query, Tensor key, Tensor value)
        => call.Optional(3) is null && !call.Attributes.Flag("is_causal") && call.Attributes.Number("softcap", 0) == 0 && call.Attributes.Integer("softmax_precision", 0) == 0
            && call.Node.Outputs.Skip(3).All(output => output.Length == 0)
            && query.dtype == ScalarType.Float32 && key.dtype == ScalarType.Float32 && value.dtype == ScalarType.Float32 && query.device_type != DeviceType.META
            && query.shape[0] == key.shape[0] && query.shape[3] == key.shape[3] && key.shape.AsSpan(..3).SequenceEqual(value.shape.AsSpan(..3)) && query.NumberOfElements > 0 && value.NumberOfElements > 0;

    // Three axes have the heads side by side in the last one.
    private static Tensor WithHeads(OperatorCall call, int index, string attribute)
    {
        var x = call[index];
        if (x.dim() == 4)
        {
            return x;
        }

        var heads = call.Attributes.Integer(attribute, 0);
        if (x.dim() != 3 || heads <= 0 || x.shape[2] % heads != 0)
        {
            throw call.Node.Refuse($"has input {index} of shape [{string.Join(", ", x.shape)}] and {heads} as its {attribute}; expected [batch, heads, tokens, width], or three axes of which the heads divide the last. Export the network again.");
        }

        return x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);
    }

    private static Tensor Joined(Tensor? past, Tensor present) => past is null ? present : cat([past, present], 2);

    // Several heads of queries may share one of keys: neighbours do.
    private static Tensor ForAllHeads(OperatorCall call, Tensor shared, Tensor query)
    {
        var (heads, all) = (shared.shape[1], query.shape[1]);
        if (heads == 0 || all % heads != 0)
        {
            throw call.Node.Refuse($"has {all} heads of queries and {heads} of keys; expected a multiple. Export the network again.");
        }

        return heads == all ? shared : shared.repeat_interleave(all / heads, 1);
    }

    private static Tensor Masked(OperatorCall call, Tensor product)
    {
        var result = product;
        if (call.Optional(3) is { } mask)
        {
            result = mask.dtype == ScalarType.Bool ? result.masked_fill(mask.logical_not(), HeldScalars.Of(double.NegativeInfinity)) : result.add(mask, HeldScalars.One);
        }

        if (call.Attributes.Flag("is_causal"))
        {
            // A token sees itself and those before it; the corner of the triangle is the first query and the first key.
            var future = ones(product.shape[2], product.shape[3], dtype: ScalarType.Bool, device: product.device).triu(1);
            result = result.masked_fill(future, HeldScalars.Of(double.NegativeInfinity));
        }

        return result;
    }

    /// <summary>Turns pairs of channels by the angles of their position.</summary>
    private static Tensor Rotate(OperatorCall call)
    {
        var x = call[0];
        var heads = call.Attributes.Integer("num_heads", 0);
        var isFlat = x.dim() == 3;
        if (x.dim() != 4 && (!isFlat || heads <= 0 || x.shape[2] % heads != 0))
        {
            throw call.Node.Refuse($"has an input of shape [{string.Join(", ", x.shape)}] and {heads} heads; expected [batch, heads, tokens, width], or three axes of which the heads divide the last. Export the network again.");
        }

        var tokens = isFlat ? x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] / heads) : x.transpose(1, 2);     // [N, L, H, E]
        var told = call.Attributes.Integer("rotary_embedding_dim", 0);
        var width = told == 0 ? tokens.shape[3] : told;
        if (width < 0 || width % 2 != 0 || width > tokens.shape[3])
        {
            throw call.Node.Refuse($"turns {width} channels of {tokens.shape[3]}; expected an even number. Export the network again.");
        }

        var (cosine, sine) = (Angles(call, 1, width / 2), Angles(call, 2, width / 2));                                                   // [N, L, 1, width / 2]
        var isInterleaved = call.Attributes.Flag("interleaved");
        var pairs = tokens.narrow(3, 0, width);
        var (first, second) = isInterleaved
            ? (pairs.slice(3, 0, width, 2), pairs.slice(3, 1, width, 2))
            : (pairs.narrow(3, 0, width / 2), pairs.narrow(3, width / 2, width / 2));
        var real = cosine.mul(first).sub(sine.mul(second));
        var imaginary = sine.mul(first).add(cosine.mul(second), HeldScalars.One);
        var turned = isInterleaved ? stack([real, imaginary], -1).flatten(3) : cat([real, imaginary], 3);
        var result = cat([turned, tokens.narrow(3, width, tokens.shape[3] - width)], 3);
        return isFlat ? result.reshape(x.shape) : result.transpose(1, 2);
    }

    // Rows of a table by position; without positions one row a token.
    private static Tensor Angles(OperatorCall call, int index, long count)
    {
        var table = call[index];
        if (table.dim() is < 2 or > 3 || table.shape[^1] < count)
        {
            throw call.Node.Refuse($"has angles of shape [{string.Join(", ", table.shape)}]; expected {count} a position. Export the network again.");
        }

        // A table may be wide enough for all channels although only some of them are turned.
        table = table.narrow(-1, 0, count);
        if (call.Optional(3) is not { } positions)
        {
            return table.unsqueeze(2);
        }

        var rows = TensorIndices.Wrap(call, positions, table.shape[0], table.device);
        return table.index_select(0, rows.flatten()).reshape([.. positions.shape, table.shape[1]]).unsqueeze(2);
    }
}

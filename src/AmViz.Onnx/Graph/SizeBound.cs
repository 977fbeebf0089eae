using System.Globalization;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Keeps what is computed once from growing beyond what a network has: a file of a few bytes may ask for any size.</summary>
/// <remarks>What depends on pixels is held to <see cref="TensorBound"/> by its shape, before anything of it is computed.</remarks>
/// <param name="given">Elements of the model's own tensors.</param>
internal sealed class SizeBound(long given)
{
    /// <summary>Elements of one constant that is larger than what it is made of: a table of positions of 16,384 by 4,096.</summary>
    public const long MostElements = 1L << 26;

    /// <summary>All constants together, without those of the model's own size: some operations a weight are no reason to refuse it.</summary>
    private readonly double _mostTogether = (4 * MostElements) + (8.0 * given);

    private double _together;

    /// <summary>Checks what a node would make of constants, and adds it up.</summary>
    /// <exception cref="Weights.WeightsFormatException">One is larger than what it is made of and has more than <see cref="MostElements"/>, or all together are too many.</exception>
    public void Require(OperatorCall call)
    {
        var inputs = Enumerable.Range(0, call.Count).Select(call.Optional).OfType<Tensor>().ToList();
        var most = call.Node.Operator switch
        {
            "ConstantOfShape" => Product(call.Integers(0)),
            "Expand" => Product(call.Integers(1)) * Count(call.Optional(0)),
            "Tile" => Product(call.Integers(1)) * Count(call.Optional(0)),
            "Range" => (call.Number(1, 0) - call.Number(0, 0)) / call.Number(2, 1),
            "OneHot" => Count(call.Optional(0)) * call.Number(1, 0),
            "Pad" => Padded(call),
            "Resize" or "Upsample" or "AffineGrid" or "Col2Im" => Enlarged(call),
            "Concat" => inputs.Sum(Count),
            "Shape" or "Size" or "Constant" => 0,
            "Conv" or "ConvTranspose" or "MatMul" or "Gemm" or "Einsum" or "Gather" or "GatherND" or "Attention" => inputs.Take(3).Aggregate(1.0, (product, input) => product * Math.Max(1, Count(input))),
            _ => Broadcast(inputs),
        };
        most = most > MostElements ? Math.Min(most, Exact(call)) : most;
        if (most > MostElements && most > inputs.Select(Count).DefaultIfEmpty(0).Max())
        {
            throw call.Node.Refuse($"makes a constant of up to {most.ToString("G3", CultureInfo.InvariantCulture)} numbers; at most {MostElements} are computed at once. Export the network again.");
        }

        _together += most;
        if (_together > _mostTogether)
        {
            throw call.Node.Refuse($"brings the constants that are computed to more than {_mostTogether.ToString("G3", CultureInfo.InvariantCulture)} numbers. Export the network again with its constants folded.");
        }
    }

    private static double Count(Tensor? tensor) => tensor?.NumberOfElements ?? 0;

    private static double Product(IEnumerable<long> sizes) => sizes.Aggregate(1.0, (product, size) => product * Math.Abs(size));

    private static double Broadcast(List<Tensor> inputs)
    {
        var rank = inputs.Select(input => (int)input.dim()).DefaultIfEmpty(0).Max();
        return Enumerable.Range(1, rank).Aggregate(1.0, (product, back) => product * inputs.Select(input => back <= input.dim() ? input.shape[^back] : 1).Max());
    }

    private static double Padded(OperatorCall call)
    {
        var x = call[0];
        var pads = call.OptionalIntegers(1) ?? call.Attributes.Integers("pads") ?? [];
        var most = pads.Select(pad => Math.Abs((double)pad)).DefaultIfEmpty(0).Max();
        return x.shape.Aggregate(1.0, (product, size) => product * (size + (2 * most)));
    }

    // The largest that any of its inputs can ask for.
    private static double Enlarged(OperatorCall call)
    {
        var most = Count(call.Optional(0));
        for (var i = 1; i < call.Count; i++)
        {
            if (call.Optional(i) is { } asked && asked.NumberOfElements is > 0 and <= 16)
            {
                var product = (call.OptionalNumbers(i) ?? []).Aggregate(1.0, (product, size) => product * Math.Max(1, Math.Abs(size)));
                most = Math.Max(most, asked.is_integral() ? product * Math.Max(1, Count(call.Optional(0))) : product * Count(call.Optional(0)));
            }
        }

        return most;
    }

    // Of products the bound is far too large; their result is no larger than the outer product of what is not summed.
    private static double Exact(OperatorCall call)
    {
        switch (call.Node.Operator)
        {
            case "MatMul" when call[0].dim() >= 2 && call[1].dim() >= 2:
                var (a, b) = (call[0].shape, call[1].shape);
                return a[^2] * (double)b[^1] * Math.Max(Product(a[..^2]), 1) * Math.Max(Product(b[..^2]), 1);
            case "Gather":
                return Count(call[1]) * Product(call[0].shape) / Math.Max(1, call[0].shape[call.Axis(call.Attributes.Integer("axis", 0), call[0].dim())]);
            case "Expand":
                return Product(TensorBound.Broadcast(call, call[0].shape, call.Integers(1)));
            case "Resize" or "Upsample" when call.Optional(3) is { } sizes && sizes.NumberOfElements == call[0].dim():
                return Product(call.Integers(3));
            default:
                return double.PositiveInfinity;
        }
    }
}

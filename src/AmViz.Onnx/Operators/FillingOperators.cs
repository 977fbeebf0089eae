using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Tensors that a file tells, or that are made of nothing but numbers.</summary>
internal static class FillingOperators
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<OperatorRule> Rules { get; } =
    [
        OperatorRule.Of("Constant", 1, Constant),
        OperatorRule.Of("ConstantOfShape", 1, ConstantOfShape),
        OperatorRule.Of("EyeLike", 1, EyeLike),
        OperatorRule.Of("OneHot", 1, OneHot),
        OperatorRule.Of("Range", 1, Range),
    ];

    private static Tensor Constant(OperatorCall call)
    {
        var attributes = call.Attributes;
        return attributes.Has("value") ? attributes.Tensor("value")!.alias()
            : attributes.Has("value_float") ? tensor((float)attributes.Number("value_float", 0))
            : attributes.Has("value_floats") ? tensor(Array.ConvertAll(attributes.Numbers("value_floats")!, number => (float)number))
            : attributes.Has("value_int") ? tensor(attributes.Integer("value_int", 0))
            : attributes.Has("value_ints") ? TensorIndices.Of(attributes.Integers("value_ints")!, CPU)
            : throw call.Node.Refuse($"has the value {ErrorText.Shorten(string.Join(", ", attributes.Names.DefaultIfEmpty("none")))}; expected a tensor or numbers. Texts and sparse tensors are not taken.");
    }

    private static Tensor ConstantOfShape(OperatorCall call)
    {
        var shape = call.Integers(0);
        TensorBound.Count(call, shape);
        if (call.Attributes.Tensor("value") is not { } value)
        {
            return zeros(shape, dtype: ScalarType.Float32, device: CPU);
        }

        return value.NumberOfElements == 1
            ? value.reshape([]).expand(shape).clone()
            : throw call.Node.Refuse($"has a value of {value.NumberOfElements} numbers; expected one. Export the network again.");
    }

    private static Tensor EyeLike(OperatorCall call)
    {
        var x = call[0];
        if (x.dim() != 2)
        {
            throw call.Node.Refuse($"has an input of shape [{string.Join(", ", x.shape)}]; expected a matrix. Export the network again.");
        }

        var type = call.Attributes.Has("dtype") ? TypeOperators.TypeOf(call, "dtype") : x.dtype;
        var diagonal = Math.Clamp(call.Attributes.Integer("k", 0), -x.shape[0], x.shape[1]);
        var rows = TensorIndices.UpTo(x.shape[0], x.device).unsqueeze(1);
        var columns = TensorIndices.UpTo(x.shape[1], x.device).unsqueeze(0);
        using Scalar offset = diagonal;
        return columns.eq(rows.add(offset, HeldScalars.One)).to_type(type);
    }

    private static Tensor OneHot(OperatorCall call)
    {
        var places = TensorIndices.Fresh(call[0].to_type(ScalarType.Int64), call[0]);
        var depth = call.Integers(1) is [var one] ? one : throw call.Node.Refuse("has no single number as its depth. Export the network again.");
        var axis = call.Axis(call.Attributes.Integer("axis", -1), places.dim() + 1);
        var values = call[2];
        var shape = places.shape.ToList();
        shape.Insert(axis, depth);
        TensorBound.Count(call, shape);
        if (values.NumberOfElements != 2)
        {
            throw call.Node.Refuse($"has {values.NumberOfElements} values; expected one for cold places and one for the hot one. Export the network again.");
        }

        using Scalar length = depth;
        var counted = where(places.lt(HeldScalars.Zero), places.add(length, HeldScalars.One), places).unsqueeze(axis);
        var along = Enumerable.Repeat(1L, shape.Count).ToArray();
        along[axis] = depth;
        var isHot = TensorIndices.UpTo(depth, places.device).reshape(along).eq(counted);
        var pair = values.flatten();
        return where(isHot, pair.narrow(0, 1, 1), pair.narrow(0, 0, 1));
    }

    private static Tensor Range(OperatorCall call)
    {
        var type = call[0].dtype;
        if (call[0].is_integral())
        {
            var (first, limit, step) = (One(call, 0), One(call, 1), One(call, 2));
            var distance = (Int128)limit - first;
            var count = step == 0 ? throw NoStep(call) : distance == 0 || distance > 0 != step > 0 ? 0 : (distance - Math.Sign(step)) / step + 1;
            using Scalar from = first, by = step;
            return TensorIndices.UpTo(Bounded(call, (double)count), CPU).mul(by).add(from, HeldScalars.One).to_type(type);
        }

        var (start, end, delta) = (call.Number(0, 0), call.Number(1, 0), call.Number(2, 0));
        if (delta == 0)
        {
            throw NoStep(call);
        }

        using Scalar origin = start, stride = delta;
        var steps = TensorIndices.UpTo(Bounded(call, Math.Max(0, Math.Ceiling((end - start) / delta))), CPU).to_type(ScalarType.Float64);
        return steps.mul(stride).add(origin, HeldScalars.One).to_type(type);
    }

    private static long One(OperatorCall call, int index)
        => call.Integers(index) is [var one] ? one : throw call.Node.Refuse($"has no single number as its input {index}. Export the network again.");

    private static WeightsFormatException NoStep(OperatorCall call) => call.Node.Refuse("counts in steps of 0. Export the network again.");

    private static long Bounded(OperatorCall call, double count)
        => count <= TensorBound.MostElements ? (long)count : throw call.Node.Refuse($"counts more than {TensorBound.MostElements} numbers. Export the network again.");
}

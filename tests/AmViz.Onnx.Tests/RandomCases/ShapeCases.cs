using TorchSharp;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of what changes shapes, joins, cuts and picks.</summary>
internal static class ShapeCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        new("Concat", random =>
        {
            long[] shape = random.Shape();
            int axis = random.From(0, shape.Length - 1);
            var one = new OperatorCase("Concat", 13).Set("axis", (long)(random.Maybe() ? axis : axis - shape.Length));
            for (int i = random.From(1, 3); i > 0; i--)
            {
                one = one.Input(random.Normals([.. shape.Select((size, at) => at == axis ? random.From(1, 4) : size)]));
            }

            return one;
        }),
        new("Split", Split),
        new("Slice", Slice),
        new("Gather", random =>
        {
            long[] shape = random.Shape();
            int axis = random.From(0, shape.Length - 1);
            return new OperatorCase("Gather", 13).Input(random.Normals(shape)).Constant(random.Integers(-(int)shape[axis], (int)shape[axis] - 1, random.Shape(0, 2, 3))).Set("axis", (long)axis);
        }),
        new("GatherElements", random =>
        {
            long[] shape = random.Shape();
            int axis = random.From(0, shape.Length - 1);
            long[] indices = [.. shape.Select((size, at) => (long)random.From(1, at == axis ? 6 : (int)size))];
            return new OperatorCase("GatherElements", 13).Input(random.Normals(shape)).Constant(random.Integers(-(int)shape[axis], (int)shape[axis] - 1, indices)).Set("axis", (long)axis);
        }),
        new("GatherND", random =>
        {
            long[] shape = random.Shape(2, 4);
            int width = random.From(1, shape.Length);
            var tuples = torch.stack(Enumerable.Range(0, width).Select(axis => random.Integers(-(int)shape[axis], (int)shape[axis] - 1, 3, 2)), 2);
            return new OperatorCase("GatherND", 13).Input(random.Normals(shape)).Constant(tuples);
        }),
        new("ScatterND", random =>
        {
            long[] shape = random.Shape(2, 3);
            var rows = torch.randperm(shape[0]).unsqueeze(1);
            var one = new OperatorCase("ScatterND", 16).Input(random.Normals(shape)).Constant(rows).Input(random.Normals(shape));
            return random.Maybe() ? one : one.Set("reduction", random.Of("add", "mul"));
        }),
        new("ScatterElements", random =>
        {
            long[] shape = random.Shape(2, 3);
            return new OperatorCase("ScatterElements", 18).Input(random.Normals(shape)).Constant(random.Integers(0, (int)shape[1] - 1, shape)).Input(random.Normals(shape)).Set("axis", 1L).Set("reduction", random.Of("add", "mul", "max", "min"));
        }),
        new("Transpose", random =>
        {
            long[] shape = random.Shape();
            var one = new OperatorCase("Transpose", 13).Input(random.Normals(shape));
            return random.From(0, 3) == 0 ? one : one.Set("perm", Shuffled(random, shape.Length));
        }),
        new("Reshape", random =>
        {
            long[] shape = random.Shape(2, 4);
            long[] asked = random.Of<long[]>([-1], [0, -1], [.. Enumerable.Reverse(shape)], [shape.Aggregate(1L, (product, size) => product * size), 1], [-1, 1, shape[^1]]);
            return new OperatorCase("Reshape", random.Of(13, 14)).Input(random.Normals(shape)).Constant(asked);
        }),
        new("Flatten", random =>
        {
            long[] shape = random.Shape();
            return new OperatorCase("Flatten", 13).Input(random.Normals(shape)).Set("axis", (long)random.From(-shape.Length, shape.Length));
        }),
        new("Squeeze", random =>
        {
            long[] shape = [.. random.Shape().Select(size => size > 3 ? 1 : size)];
            long[] ones = [.. Enumerable.Range(0, shape.Length).Where(axis => shape[axis] == 1 && random.Maybe()).Select(axis => (long)(random.Maybe() ? axis : axis - shape.Length))];
            return ones.Length == 0 ? new OperatorCase("Squeeze", 13).Input(random.Normals(shape))
                : random.Maybe() ? new OperatorCase("Squeeze", 11).Input(random.Normals(shape)).Set("axes", ones)
                : new OperatorCase("Squeeze", 13).Input(random.Normals(shape)).Constant(ones);
        }),
        new("Unsqueeze", random =>
        {
            long[] shape = random.Shape(0, 3);
            int count = random.From(1, 2);
            long[] axes = [.. Shuffled(random, shape.Length + count).Take(count)];
            return random.Maybe() ? new OperatorCase("Unsqueeze", 11).Input(random.Normals(shape)).Set("axes", axes) : new OperatorCase("Unsqueeze", 13).Input(random.Normals(shape)).Constant(axes);
        }),
        new("Expand", random =>
        {
            long[] shape = random.Shape();
            long[] from = ArithmeticCases.Stretchable(random, shape);
            return new OperatorCase("Expand", 13).Input(random.Normals(from)).Constant([.. shape.Select(size => random.Maybe() ? size : 1)]);
        }),
        new("Tile", random =>
        {
            long[] shape = random.Shape();
            return new OperatorCase("Tile", 13).Input(random.Normals(shape)).Constant(random.Many(shape.Length, 1, 3));
        }),
        new("DepthToSpace", random =>
        {
            int block = random.From(1, 3);
            return new OperatorCase("DepthToSpace", 13).Input(random.Normals(random.From(1, 2), block * block * random.From(1, 2), random.From(1, 3), random.From(1, 3))).Set("blocksize", (long)block).Set("mode", random.Of("DCR", "CRD"));
        }),
        new("SpaceToDepth", random =>
        {
            int block = random.From(1, 3);
            return new OperatorCase("SpaceToDepth", 13).Input(random.Normals(random.From(1, 2), random.From(1, 3), block * random.From(1, 3), block * random.From(1, 3))).Set("blocksize", (long)block);
        }),
        new("Trilu", random =>
        {
            long[] shape = random.Shape(2, 3);
            return new OperatorCase("Trilu", 14).Input(random.Normals(shape)).Constant(torch.tensor((long)random.From(-5, 5))).Set("upper", (long)random.From(0, 1));
        }),
        new("Shape", random =>
        {
            long[] shape = random.Shape();
            return new OperatorCase("Shape", 15).Input(random.Normals(shape)).Set("start", (long)random.From(-shape.Length, shape.Length - 1)).Set("end", (long)random.From(-shape.Length, shape.Length + 1));
        }, IsDifferentiable: false),
        new("ConstantOfShape", random => new OperatorCase("ConstantOfShape", 9 + 2).Constant(random.Shape()).Set("value", random.Maybe() ? random.Normals(1) : random.Integers(-5, 5, 1)), IsDifferentiable: false),
        new("Constant", random =>
        {
            var one = new OperatorCase("Constant", 13);
            return random.From(0, 2) switch
            {
                0 => one.Set("value", random.Normals(random.Shape())),
                1 => one.Set("value_float", random.Between(-1, 1)),
                _ => one.Set("value_ints", random.Many(3, -5, 5)),
            };
        }, IsDifferentiable: false),
        new("Range", random =>
        {
            int step = random.Of(-3, -1, 1, 2);
            return random.Maybe()
                ? new OperatorCase("Range", 11).Constant(torch.tensor((long)random.From(-5, 5))).Constant(torch.tensor((long)random.From(-5, 5))).Constant(torch.tensor((long)step))
                : new OperatorCase("Range", 11).Constant(torch.tensor(random.Between(-5, 5))).Constant(torch.tensor(random.Between(-5, 5))).Constant(torch.tensor(0.3f * step));
        }, IsDifferentiable: false),
        new("OneHot", random => new OperatorCase("OneHot", 11).Input(random.Integers(-4, 5, random.Shape(1, 3))).Constant(4L).Constant(torch.tensor(new[] { 0.25f, 2f })).Set("axis", (long)random.From(-2, 1)), IsDifferentiable: false),
    ];

    public static long[] Shuffled(CaseRandom random, int count)
    {
        var numbers = Enumerable.Range(0, count).Select(number => (long)number).ToList();
        var order = new List<long>();
        while (numbers.Count > 0)
        {
            int at = random.From(0, numbers.Count - 1);
            order.Add(numbers[at]);
            numbers.RemoveAt(at);
        }

        return [.. order];
    }

    private static OperatorCase Split(CaseRandom random)
    {
        long[] shape = random.Shape();
        int axis = random.From(0, shape.Length - 1);
        int parts = random.From(1, 3);
        long[] sizes = random.Many(parts, 1, 3);
        int opset = random.Of(11, 13, 18);
        bool isEven = random.Maybe();
        shape[axis] = isEven ? parts * random.From(1, 3) : sizes.Sum();
        shape[axis] = isEven && opset == 18 && parts == 3 ? 5 : shape[axis];
        var one = new OperatorCase("Split", opset).Input(random.Normals(shape)).Set("axis", (long)axis).Outputs(parts);
        return isEven ? opset == 18 ? one.Set("num_outputs", (long)parts) : one : opset == 11 ? one.Set("split", sizes) : one.Constant(sizes);
    }

    private static OperatorCase Slice(CaseRandom random)
    {
        long[] shape = random.Shape();
        long[] axes = ReductionCases.Axes(random, shape.Length);
        var one = new OperatorCase("Slice", 13).Input(random.Normals(shape));
        long[] steps = random.Maybe() ? [.. axes.Select(_ => (long)random.Of(-2, -1, 1, 2, 3))] : [.. axes.Select(_ => 1L)];

        // From one end towards the other, so that something is left.
        long[] starts = [.. steps.Select(step => step > 0 ? random.Of(0L, -100, 0) : random.Of(-1L, 100))];
        long[] ends = [.. steps.Select(step => step > 0 ? random.Of(1L, 2, long.MaxValue, 100) : random.Of(long.MinValue, -100, -100))];
        return one.Constant(starts).Constant(ends).Constant(axes).Constant(steps);
    }
}

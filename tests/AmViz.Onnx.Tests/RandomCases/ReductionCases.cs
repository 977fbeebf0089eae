namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of what is computed along axes.</summary>
internal static class ReductionCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        Reduced("ReduceMean", 18),
        Reduced("ReduceSum", 13),
        Reduced("ReduceMax", 18),
        Reduced("ReduceMin", 18),
        Reduced("ReduceL1", 18),
        Reduced("ReduceL2", 18),
        Reduced("ReduceProd", 18),
        Reduced("ReduceLogSumExp", 18),
        Reduced("ReduceSumSquare", 18),
        Soft("Softmax"),
        Soft("LogSoftmax"),
        Place("ArgMax"),
        Place("ArgMin"),
        new("CumSum", random =>
        {
            long[] shape = random.Shape();
            return new OperatorCase("CumSum", 14).Input(random.Normals(shape)).Constant(Single(random.From(-shape.Length, shape.Length - 1)))
                .Set("exclusive", (long)random.From(0, 1)).Set("reverse", (long)random.From(0, 1));
        }),
        new("TopK", random =>
        {
            long[] shape = random.Shape();
            int axis = random.From(-shape.Length, shape.Length - 1);
            long length = shape[axis < 0 ? axis + shape.Length : axis];
            return new OperatorCase("TopK", 11).Input(random.Normals(shape)).Constant((long)random.From(1, (int)length)).Set("axis", (long)axis).Set("largest", (long)random.From(0, 1)).Outputs(2);
        }),
    ];

    /// <summary>Some axes of a shape, negative ones among them.</summary>
    public static long[] Axes(CaseRandom random, int rank, int least = 1)
    {
        var axes = Enumerable.Range(0, rank).Select(axis => (long)axis).ToList();
        while (axes.Count > least && random.Maybe())
        {
            axes.RemoveAt(random.From(0, axes.Count - 1));
        }

        return [.. axes.Select(axis => random.Maybe() ? axis : axis - rank)];
    }

    private static TorchSharp.torch.Tensor Single(long number) => TorchSharp.torch.tensor(number);

    private static RandomOperator Reduced(string name, int axesAreAnInput) => new(name, random =>
    {
        long[] shape = random.Shape();
        var x = random.Uniforms(0.2, 2, shape);
        bool isInput = random.Maybe();
        bool isWhole = random.From(0, 5) == 0;
        var one = new OperatorCase(name, isInput ? 18 : axesAreAnInput == 13 ? 11 : 13).Input(x).Set("keepdims", (long)random.From(0, 1));
        return isWhole ? one : isInput ? one.Constant(Axes(random, shape.Length)) : one.Set("axes", Axes(random, shape.Length));
    });

    private static RandomOperator Soft(string name) => new(name, random =>
    {
        long[] shape = random.Shape();
        return new OperatorCase(name, random.Of(11, 13)).Input(random.Normals(shape)).Set("axis", (long)random.From(-shape.Length, shape.Length - 1));
    });

    private static RandomOperator Place(string name) => new(name, random =>
    {
        long[] shape = random.Shape();
        return new OperatorCase(name, 13).Input(random.Integers(0, 2, shape).to(TorchSharp.torch.ScalarType.Float32)).Set("axis", (long)random.From(-shape.Length, shape.Length - 1))
            .Set("keepdims", (long)random.From(0, 1)).Set("select_last_index", (long)random.From(0, 1));
    }, IsDifferentiable: false);
}

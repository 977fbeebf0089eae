using TorchSharp;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of normalizations.</summary>
internal static class NormalizationCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        new("BatchNormalization", Batch),
        new("InstanceNormalization", random => Channels(new OperatorCase("InstanceNormalization", 11), random, random.From(1, 3)).Set("epsilon", random.Between(1e-4, 1e-2))),
        new("GroupNormalization", Group),
        new("LayerNormalization", Layer),
        new("RMSNormalization", RootMeanSquare),
        new("MeanVarianceNormalization", MeanVariance, Relative: 1e-3),
        new("LpNormalization", random =>
        {
            long[] shape = random.Shape(1, 4);
            return new OperatorCase("LpNormalization", 11).Input(random.Normals(shape)).Set("axis", random.From(-shape.Length, shape.Length - 1)).Set("p", random.From(1, 2));
        }),
        new("LRN", random => new OperatorCase("LRN", 13).Input(random.Normals([random.From(1, 2), random.From(1, 6), 3, 4]))
            .Set("size", random.Of(1L, 3L, 5L)).Set("alpha", random.Between(0.01, 0.5)).Set("beta", random.Between(0.5, 1)).Set("bias", random.Between(1, 2))),
    ];

    // x, one factor and one offset for each channel.
    private static OperatorCase Channels(OperatorCase one, CaseRandom random, int rank)
    {
        int channels = random.From(1, 4);
        return one.Input(random.Normals([random.From(1, 2), channels, .. random.Many(rank, 2, 4)])).Constant(random.Uniforms(0.5, 2, channels)).Constant(random.Normals(channels));
    }

    private static OperatorCase Batch(CaseRandom random)
    {
        var one = Channels(new OperatorCase("BatchNormalization", random.Of(9 + 2, 14, 15)), random, random.From(0, 3));
        long channels = one.ShapeOf(0)[1];
        return one.Constant(random.Normals(channels)).Constant(random.Uniforms(0.2, 3, channels)).Set("epsilon", random.Between(1e-5, 1e-2));
    }

    private static OperatorCase Group(CaseRandom random)
    {
        int groups = random.From(1, 3);
        int channels = groups * random.From(1, 3);
        bool isOld = random.Maybe();
        int numbers = isOld ? groups : channels;
        return new OperatorCase("GroupNormalization", isOld ? 18 : 21).Input(random.Normals([random.From(1, 2), channels, 3, 4]))
            .Constant(random.Uniforms(0.5, 2, numbers)).Constant(random.Normals(numbers)).Set("num_groups", groups);
    }

    private static OperatorCase Layer(CaseRandom random)
    {
        long[] shape = [.. random.Shape(1, 4), 4];
        int axis = random.From(0, shape.Length - 1);
        var one = new OperatorCase("LayerNormalization", 17).Input(random.Normals(shape)).Constant(random.Uniforms(0.5, 2, shape[axis..]));
        one = random.Maybe() ? one.Constant(random.Normals(shape[axis..])) : one;
        return one.Set("axis", random.Maybe() ? axis : axis - shape.Length).Outputs(random.Of(1, 3));
    }

    private static OperatorCase RootMeanSquare(CaseRandom random)
    {
        long[] shape = [.. random.Shape(1, 3), 4];
        int axis = random.From(0, shape.Length - 1);
        return new OperatorCase("RMSNormalization", 23).Input(random.Normals(shape)).Constant(random.Uniforms(0.5, 2, shape[axis..])).Set("axis", axis);
    }

    private static OperatorCase MeanVariance(CaseRandom random)
    {
        var one = new OperatorCase("MeanVarianceNormalization", 13).Input(random.Normals([2, random.From(2, 3), 3, 4]));
        return random.Maybe() ? one : one.Set("axes", random.Of<long[]>([0, 2, 3], [2, 3], [1]));
    }
}

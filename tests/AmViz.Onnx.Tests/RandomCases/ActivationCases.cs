namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of functions of single numbers.</summary>
internal static class ActivationCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        Plain("Relu", 14),
        Plain("Sigmoid", 13),
        Plain("Tanh", 13),
        Plain("Erf", 13),
        Plain("Softplus", 1 + 10),
        Plain("Softsign", 11),
        Plain("HardSwish", 14),
        Plain("Mish", 18),
        new("Gelu", random => Of("Gelu", 20, random).Set("approximate", random.Of("none", "tanh"))),
        With("LeakyRelu", 16, "alpha"),
        With("Elu", 11, "alpha"),
        With("Celu", 12, "alpha"),
        With("ThresholdedRelu", 11, "alpha"),
        new("Selu", random => Of("Selu", 11, random).Set("alpha", random.Between(0.5, 2)).Set("gamma", random.Between(0.5, 2))),
        new("HardSigmoid", random => Of("HardSigmoid", 11, random).Set("alpha", random.Between(0.1, 0.4)).Set("beta", random.Between(0.3, 0.6))),
        new("Shrink", random => Of("Shrink", 11, random).Set("lambd", random.Between(0.2, 0.8)).Set("bias", random.Between(0, 0.8))),
        new("PRelu", random =>
        {
            long[] shape = random.Shape(2, 4);
            long[] slope = random.Of<long[]>([shape[^1]], [1], [.. shape.Select((size, i) => i == 0 ? 1 : size)]);
            return new OperatorCase("PRelu", 16).Input(random.Normals(shape)).Constant(random.Uniforms(0.1, 0.9, slope));
        }),
        new("Clip", random =>
        {
            var one = Of("Clip", 13, random);
            one = random.Maybe() ? one.Constant(random.Uniforms(-1, 0)) : one.Nothing();
            return random.Maybe() ? one.Constant(random.Uniforms(0, 1)) : one;
        }),
    ];

    private static RandomOperator Plain(string name, int opset) => new(name, random => Of(name, opset, random));

    private static RandomOperator With(string name, int opset, string attribute) => new(name, random => Of(name, opset, random).Set(attribute, random.Between(0.1, 1.5)));

    private static OperatorCase Of(string name, int opset, CaseRandom random) => new OperatorCase(name, opset).Input(random.Normals(random.Shape()));
}

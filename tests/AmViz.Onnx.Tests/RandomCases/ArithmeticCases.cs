using TorchSharp;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of arithmetic, logic and number formats, element by element.</summary>
internal static class ArithmeticCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        Pair("Add", 14),
        Pair("Sub", 14),
        Pair("Mul", 14),
        new("Div", random => Pair("Div", 14, random, random.Normals, (least, shape) => random.Uniforms(0.5, 2, shape))),
        WholePair("Add", 14),
        WholePair("Div", 14),
        WholePair("Mod", 13),
        new("Mod", random => Pair("Mod", 13, random, random.Normals, (least, shape) => random.Uniforms(0.5, 2, shape)).Set("fmod", 1L), IsDifferentiable: false),
        new("Pow", random =>
        {
            long[] shape = random.Shape();
            var one = new OperatorCase("Pow", 15).Input(random.Uniforms(0.2, 3, shape));
            return random.Maybe() ? one.Input(random.Uniforms(-2, 2, Stretchable(random, shape))) : one.Constant(random.Uniforms(-2, 2, random.Of<long[]>([], [1])));
        }),
        new("Pow, whole numbers", random => new OperatorCase("Pow", 15).Input(random.Integers(-4, 4, random.Shape())).Constant(random.Uniforms(2, 3).round()), IsDifferentiable: false),
        Plain("Sqrt", 13, 0.1, 4),
        Plain("Exp", 13, -2, 2),
        Plain("Log", 13, 0.1, 4),
        Plain("Neg", 13, -2, 2),
        Plain("Abs", 13, -2, 2),
        Plain("Reciprocal", 13, 0.3, 2),
        Plain("Sin", 7 + 4, -3, 3),
        Plain("Cos", 11, -3, 3),
        Plain("Floor", 13, -3, 3),
        Plain("Ceil", 13, -3, 3),
        Plain("Round", 11, -3, 3),
        Many("Min", 13),
        Many("Max", 13),
        Many("Sum", 13),
        Many("Mean", 13),
        Compared("Equal", 13),
        Compared("Greater", 13),
        Compared("Less", 13),
        Compared("GreaterOrEqual", 16),
        Compared("LessOrEqual", 16),
        Flags("And"),
        Flags("Or"),
        Flags("Xor"),
        new("Not", random => new OperatorCase("Not", 11).Input(Flag(random, random.Shape())), IsDifferentiable: false),
        new("Where", random =>
        {
            long[] shape = random.Shape();
            return new OperatorCase("Where", 16).Input(Flag(random, Stretchable(random, shape))).Input(random.Normals(shape)).Input(random.Normals(Stretchable(random, shape)));
        }),
        new("Cast", random =>
        {
            var (from, to) = (Number(random), random.Of(1, 3, 6, 7, 9, 11));
            return new OperatorCase("Cast", 13).Input(from).Set("to", (long)to);
        }, IsDifferentiable: false),
        new("Cast, fractions", random => new OperatorCase("Cast", 13).Input(random.Normals(random.Shape())).Set("to", 11L)),
        new("Identity", random => new OperatorCase("Identity", 16).Input(random.Normals(random.Shape()))),
        new("Dropout", random => new OperatorCase("Dropout", 13).Input(random.Normals(random.Shape())).Constant(random.Uniforms(0.1, 0.9)).Outputs(2)),
        new("DequantizeLinear", random => Dequantized(random), IsDifferentiable: false),
        new("QuantizeLinear", random => Quantized(random, random.Normals(3, 4, 2)), IsDifferentiable: false),
    ];

    /// <summary>A shape that is stretched to another one: some sizes are 1, some axes at the front are missing.</summary>
    public static long[] Stretchable(CaseRandom random, long[] shape) => [.. shape.Skip(random.From(0, shape.Length - 1)).Select(size => random.Maybe() ? 1 : size)];

    public static torch.Tensor Flag(CaseRandom random, long[] shape) => random.Integers(0, 1, shape).to(torch.ScalarType.Bool);

    private static OperatorCase Quantized(CaseRandom random, torch.Tensor x)
    {
        bool isPerAxis = random.Maybe();
        var type = random.Of(torch.ScalarType.Byte, torch.ScalarType.Int8);
        long[] shape = isPerAxis ? [4] : [];
        return new OperatorCase("QuantizeLinear", 13).Input(x.mul(3)).Constant(random.Uniforms(0.01, 0.05, shape)).Constant(random.Integers(0, 20, shape).to(type)).Set("axis", 1L);
    }

    private static OperatorCase Dequantized(CaseRandom random)
    {
        long[] shape = random.Maybe() ? [4] : [];
        var type = random.Of(torch.ScalarType.Byte, torch.ScalarType.Int8);
        return new OperatorCase("DequantizeLinear", 13).Input(random.Integers(0, 127, 3, 4, 2).to(type)).Constant(random.Uniforms(0.01, 0.05, shape)).Constant(random.Integers(0, 127, shape).to(type)).Set("axis", 1L);
    }

    private static torch.Tensor Number(CaseRandom random) => random.Of(0, 1, 2) switch
    {
        0 => random.Uniforms(-100, 100, random.Shape()),
        1 => random.Integers(-100, 100, random.Shape()),
        _ => Flag(random, random.Shape()),
    };

    private static RandomOperator Plain(string name, int opset, double least, double most) => new(name, random => new OperatorCase(name, opset).Input(random.Uniforms(least, most, random.Shape())));

    private static RandomOperator Pair(string name, int opset) => new(name, random => Pair(name, opset, random, random.Normals, (_, shape) => random.Normals(shape)));

    private static OperatorCase Pair(string name, int opset, CaseRandom random, Func<long[], torch.Tensor> first, Func<int, long[], torch.Tensor> second)
    {
        long[] shape = random.Shape();
        return new OperatorCase(name, opset).Input(first(shape)).Input(second(0, Stretchable(random, shape)));
    }

    private static RandomOperator WholePair(string name, int opset) => new($"{name}, whole numbers", random =>
    {
        long[] shape = random.Shape();
        var divisor = random.Integers(1, 5, Stretchable(random, shape));
        return new OperatorCase(name, opset).Input(random.Integers(-20, 20, shape)).Input(random.Maybe() ? divisor.neg() : divisor);
    }, IsDifferentiable: false);

    private static RandomOperator Many(string name, int opset) => new(name, random =>
    {
        long[] shape = random.Shape();
        var one = new OperatorCase(name, opset).Input(random.Normals(shape));
        for (int i = random.From(0, 2); i > 0; i--)
        {
            one = one.Input(random.Normals(Stretchable(random, shape)));
        }

        return one;
    });

    private static RandomOperator Compared(string name, int opset) => new(name, random =>
    {
        long[] shape = random.Shape();
        return new OperatorCase(name, opset).Input(random.Integers(0, 3, shape).to(torch.ScalarType.Float32)).Input(random.Integers(0, 3, Stretchable(random, shape)).to(torch.ScalarType.Float32));
    }, IsDifferentiable: false);

    private static RandomOperator Flags(string name) => new(name, random =>
    {
        long[] shape = random.Shape();
        return new OperatorCase(name, 11).Input(Flag(random, shape)).Input(Flag(random, Stretchable(random, shape)));
    }, IsDifferentiable: false);
}

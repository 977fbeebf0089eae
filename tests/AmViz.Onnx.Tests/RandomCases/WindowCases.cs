namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of convolutions and poolings.</summary>
internal static class WindowCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        new("Conv", Conv),
        new("ConvTranspose", ConvTranspose),
        new("ConvTranspose, of a size", ConvTransposeOfSize),
        new("MaxPool", random => Pool("MaxPool", 12, random)),
        new("MaxPool, places", random => Pool("MaxPool", 12, random).Set("storage_order", random.From(0, 1)).Outputs(2), IsDifferentiable: false),
        new("AveragePool", random => Pool("AveragePool", 19, random).Set("count_include_pad", random.From(0, 1))),
        new("LpPool", random => Pool("LpPool", 18, random).Set("p", random.From(1, 3))),
        new("GlobalAveragePool", random => Global("GlobalAveragePool", 1 + 10, random)),
        new("GlobalMaxPool", random => Global("GlobalMaxPool", 1 + 10, random)),
        new("GlobalLpPool", random => Global("GlobalLpPool", 1 + 10, random).Set("p", random.From(1, 3))),
    ];

    private static OperatorCase Conv(CaseRandom random)
    {
        int rank = random.From(1, 3);
        int groups = random.From(1, 3);
        int inside = random.From(1, 2);
        long[] kernel = random.Many(rank, 1, 3);
        var one = new OperatorCase("Conv", 11)
            .Input(random.Normals([random.From(1, 2), groups * inside, .. random.Many(rank, 6, 8)]))
            .Constant(random.Normals([groups * random.From(1, 2), inside, .. kernel]));
        if (random.Maybe())
        {
            one = one.Constant(random.Normals(Outputs(one)));
        }

        one = random.Maybe() ? one.Set("kernel_shape", kernel) : one;
        return Window(one.Set("group", groups), rank, kernel, random);
    }

    private static long Outputs(OperatorCase one) => one.ShapeOf(1)[0];

    private static OperatorCase ConvTranspose(CaseRandom random)
    {
        int rank = random.From(1, 3);
        int groups = random.From(1, 2);
        long[] kernel = random.Many(rank, 1, 3);
        long[] strides = random.Many(rank, 1, 3);
        int outputs = random.From(1, 2);
        var one = new OperatorCase("ConvTranspose", 11)
            .Input(random.Normals([random.From(1, 2), groups * random.From(1, 2), .. random.Many(rank, 4, 5)]));
        one = one.Constant(random.Normals([one.ShapeOf(0)[1], outputs, .. kernel]));
        one = random.Maybe() ? one.Constant(random.Normals(outputs * groups)) : one;
        one = one.Set("group", groups).Set("strides", strides).Set("output_padding", [.. strides.Select(stride => (long)random.From(0, (int)stride - 1))]);
        return random.From(0, 3) switch
        {
            0 => one.Set("pads", random.Many(2 * rank, 0, 1)),
            1 => one.Set("dilations", random.Many(rank, 1, 2)),
            2 => one.Set("pads", [.. Enumerable.Repeat(1L, 2 * rank)]),
            _ => one,
        };
    }

    private static OperatorCase ConvTransposeOfSize(CaseRandom random)
    {
        int rank = random.From(1, 2);
        long[] sizes = random.Many(rank, 3, 5);
        var one = new OperatorCase("ConvTranspose", 11).Input(random.Normals([1, 2, .. sizes])).Constant(random.Normals([2, 2, .. Enumerable.Repeat(3L, rank)])).Set("strides", [.. Enumerable.Repeat(2L, rank)]);
        return random.Maybe()
            ? one.Set("auto_pad", random.Of("SAME_UPPER", "SAME_LOWER"))
            : one.Set("output_shape", [.. sizes.Select(size => (2 * size) + random.From(0, 1))]).Set("auto_pad", random.Of("SAME_UPPER", "SAME_LOWER"));
    }

    private static OperatorCase Pool(string name, int opset, CaseRandom random)
    {
        int rank = random.From(1, 3);
        long[] kernel = random.Many(rank, 1, 3);
        var one = new OperatorCase(name, opset).Input(random.Normals([random.From(1, 2), random.From(1, 3), .. random.Many(rank, 6, 8)])).Set("kernel_shape", kernel);
        return random.From(0, 3) == 0 ? one.Set("strides", random.Many(rank, 1, 2)).Set("ceil_mode", 1) : Window(one, rank, kernel, random);
    }

    private static OperatorCase Global(string name, int opset, CaseRandom random)
        => new OperatorCase(name, opset).Input(random.Normals([random.From(1, 2), random.From(1, 3), .. random.Many(random.From(1, 3), 1, 4)]));

    // Border below the side of the window, as poolings ask for.
    private static OperatorCase Window(OperatorCase one, int rank, long[] kernel, CaseRandom random)
    {
        int kind = random.From(0, 3);

        // ONNX Runtime takes no stride beyond the window where it finds the border itself.
        one = one.Set("strides", kind == 0 ? [.. kernel.Select(side => (long)random.From(1, (int)side))] : random.Many(rank, 1, 3));
        switch (kind)
        {
            case 0:
                return one.Set("auto_pad", random.Of("SAME_UPPER", "SAME_LOWER", "VALID"));
            case 1:
                return one.Set("dilations", random.Many(rank, 1, 2));
            case 2:
                long[] pads = [.. kernel.Select(side => (long)random.From(0, (int)side / 2))];
                return one.Set("pads", [.. pads, .. pads]);
            default:
                return one.Set("pads", [.. kernel.Concat(kernel).Select(side => (long)random.From(0, (int)side - 1))]);
        }
    }
}

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of padding and of stretching pictures.</summary>
internal static class PaddingCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        new("Pad", Pad),
        new("Resize", random => Resize(random, "linear")),
        new("Resize, nearest", random => Resize(random, "nearest")),
        new("Resize, cubic", random => Resize(random, "cubic")),
    ];

    private static OperatorCase Pad(CaseRandom random)
    {
        long[] shape = random.Many(random.From(1, 5), 3, 5);
        string mode = random.Of("constant", "reflect", "edge", "wrap");
        bool hasAxes = random.Maybe();
        long[] axes = hasAxes ? ReductionCases.Axes(random, shape.Length) : [.. Enumerable.Range(0, shape.Length).Select(axis => (long)axis)];
        var one = new OperatorCase("Pad", 19).Input(random.Normals(shape)).Constant(random.Many(2 * axes.Length, mode == "constant" ? -1 : 0, 2)).Set("mode", mode);
        one = mode == "constant" && random.Maybe() ? one.Constant(random.Normals()) : one.Nothing();
        return hasAxes ? one.Constant(axes) : one;
    }

    // Twice and half as large and the like: with other stretches ONNX Runtime takes align_corners and the place of ties otherwise than ONNX.
    private static OperatorCase Resize(CaseRandom random, string mode)
    {
        long[] shape = [random.From(1, 2), random.From(1, 2), 2 * random.From(1, 4), 2 * random.From(1, 4)];
        int opset = random.Of(11, 13, 18, 19);
        var one = new OperatorCase("Resize", opset).Set("mode", mode);
        one = one.Set("coordinate_transformation_mode", random.Of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"));
        one = mode == "nearest" ? one.Set("nearest_mode", random.Of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) : one;
        one = mode == "cubic" ? one.Set("cubic_coeff_a", random.Of(-0.5f, -0.75f)).Set("exclude_outside", (long)random.From(0, 1)) : one;
        one = Unused(one.Input(random.Normals(shape)));
        return random.Maybe()
            ? one.Constant(TorchSharp.torch.tensor(new[] { 1, 1, random.Of(0.5f, 1, 2, 3), random.Of(0.5f, 1.5f, 2, 4) }))
            : Unused(one).Constant([shape[0], shape[1], random.From(1, 9), random.From(1, 9)]);

        // Opset 11 asks for the inputs before the last one, and takes empty tensors for none.
        OperatorCase Unused(OperatorCase before) => opset == 11 ? before.Constant(random.Normals(0)) : before.Nothing();
    }
}

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Cases of pictures read at places that a grid tells.</summary>
internal static class SamplingCases
{
    public static IReadOnlyList<RandomOperator> All =>
    [
        new("GridSample", random =>
        {
            var (batch, height, width) = (random.From(1, 2), random.From(2, 5), random.From(2, 5));
            return new OperatorCase("GridSample", 16).Input(random.Normals(batch, random.From(1, 3), height, width)).Input(random.Uniforms(-1.6, 1.6, batch, random.From(1, 4), random.From(1, 4), 2))
                .Set("mode", random.Of("bilinear", "bicubic")).Set("padding_mode", random.Of("zeros", "border", "reflection")).Set("align_corners", (long)random.From(0, 1));
        }),
    ];
}

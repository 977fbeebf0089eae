namespace AmViz.Onnx;

/// <summary>Where the pictures of a batch are found in a value.</summary>
/// <param name="Axis">The axis on which they follow each other.</param>
/// <param name="Inner">Entries of that axis for each picture: 1, or more where an axis behind was merged into it, as the heads of an attention are.</param>
internal sealed record BatchAxis(int Axis, long Inner)
{
    /// <summary>How many times the pictures follow each other on that axis: 1, or more where an axis before was merged into it, as tokens are for one product of matrices.</summary>
    public long Outer { get; init; } = 1;

    /// <summary>Entries of the axis for each picture.</summary>
    public long Entries => Outer * Inner;

    /// <summary>Each picture has an entry of the first axis.</summary>
    public static BatchAxis First { get; } = new(0, 1);
}

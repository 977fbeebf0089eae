namespace AmViz.Onnx;

/// <summary>Where the pictures of a batch are found in a value.</summary>
/// <param name="Axis">The axis on which they follow each other.</param>
/// <param name="Inner">Entries of that axis for each picture: 1, or more where an axis behind was merged into it, as the heads of an attention are.</param>
internal sealed record BatchAxis(int Axis, long Inner)
{
    /// <summary>Each picture has an entry of the first axis.</summary>
    public static BatchAxis First { get; } = new(0, 1);
}

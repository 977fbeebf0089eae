namespace AmViz.Weights;

/// <summary>One tensor of a weights file, before it is read.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="TypeName">The format in the words of safetensors, e.g. <c>F32</c>, <c>F16</c>, <c>I64</c>; files of other kinds translate theirs.</param>
/// <param name="Shape">Sizes as the file has them, outermost first; empty for a scalar.</param>
public sealed record TensorEntry(string Name, string TypeName, IReadOnlyList<long> Shape)
{
    /// <summary>The format, as far as it can be read here.</summary>
    public ElementType ElementType => TypeName switch
    {
        "F32" => ElementType.F32,
        "F16" => ElementType.F16,
        "BF16" => ElementType.BF16,
        "F64" => ElementType.F64,
        _ => ElementType.Other,
    };

    /// <summary>How many numbers it holds.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The shape as people write it, e.g. <c>[32, 3, 3, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

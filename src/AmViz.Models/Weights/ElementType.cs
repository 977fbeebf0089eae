namespace AmViz.Models;

/// <summary>Number formats of a safetensors file that become float32 here.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>Another format of the specification: may stand in a file, cannot be read as numbers here.</summary>
    Other,
}

/// <summary>One tensor as the header of a safetensors file describes it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="TypeName">The format as written, e.g. <c>F32</c>.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
public sealed record TensorEntry(string Name, string TypeName, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The format, as far as it can be read here.</summary>
    public ElementType ElementType => TypeName switch
    {
        "F32" => ElementType.F32,
        "F16" => ElementType.F16,
        "BF16" => ElementType.BF16,
        _ => ElementType.Other,
    };

    /// <summary>How many numbers it holds.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The shape as people write it, e.g. <c>[32, 3, 3, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

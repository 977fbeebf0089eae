namespace AmViz.Onnx;

/// <summary>What a value depends on.</summary>
internal enum ValueLevel
{
    /// <summary>Nothing that is given: computed once.</summary>
    Constant,

    /// <summary>The shape of what is given: computed once for a shape.</summary>
    Shape,

    /// <summary>The pixels: computed in every run.</summary>
    Pixels,
}

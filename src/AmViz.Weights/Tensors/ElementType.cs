namespace AmViz.Weights;

/// <summary>Number formats of weights files that become float32 here.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>IEEE 754 binary64, as networks trained in double precision have it.</summary>
    F64,

    /// <summary>Another format of the specification: may stand in a file, cannot be read as numbers here.</summary>
    Other,
}

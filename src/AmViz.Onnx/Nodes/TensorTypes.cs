using TorchSharp;

namespace AmViz.Onnx;

/// <summary>Number formats by their numbers in <c>onnx.proto</c>.</summary>
internal static class TensorTypes
{
    /// <summary>The number format of torch; null: it has none for it.</summary>
    /// <param name="type">TensorProto.DataType.</param>
    public static torch.ScalarType? TypeOf(int type) => type switch
    {
        1 => torch.ScalarType.Float32,
        2 => torch.ScalarType.Byte,
        3 => torch.ScalarType.Int8,
        5 => torch.ScalarType.Int16,
        6 => torch.ScalarType.Int32,
        7 => torch.ScalarType.Int64,
        9 => torch.ScalarType.Bool,
        10 => torch.ScalarType.Float16,
        11 => torch.ScalarType.Float64,
        14 => torch.ScalarType.ComplexFloat32,
        15 => torch.ScalarType.ComplexFloat64,
        16 => torch.ScalarType.BFloat16,
        _ => null,
    };

    /// <summary>What a number format is called in <c>onnx.proto</c>.</summary>
    public static string NameOf(int type) => type switch
    {
        1 => "FLOAT",
        2 => "UINT8",
        3 => "INT8",
        4 => "UINT16",
        5 => "INT16",
        6 => "INT32",
        7 => "INT64",
        8 => "STRING",
        9 => "BOOL",
        10 => "FLOAT16",
        11 => "DOUBLE",
        12 => "UINT32",
        13 => "UINT64",
        14 => "COMPLEX64",
        15 => "COMPLEX128",
        16 => "BFLOAT16",
        17 => "FLOAT8E4M3FN",
        18 => "FLOAT8E4M3FNUZ",
        19 => "FLOAT8E5M2",
        20 => "FLOAT8E5M2FNUZ",
        21 => "UINT4",
        22 => "INT4",
        23 => "FLOAT4E2M1",
        _ => $"number {type}",
    };
}

using TorchSharp;

namespace AmViz.Weights;

/// <summary>Makes tensors of datasets.</summary>
internal static class Hdf5Tensor
{
    /// <summary>The numbers as float32 in main memory; belongs to the caller, or to the caller's dispose scope.</summary>
    /// <param name="dataset">Where they are.</param>
    /// <param name="type">Their format in the words of safetensors.</param>
    /// <param name="file">How to call the file in errors.</param>
    /// <param name="name">How to call the tensor in errors.</param>
    /// <exception cref="WeightsFormatException">They are of another format, or damaged.</exception>
    public static torch.Tensor Read(Hdf5Dataset dataset, string type, string file, string name)
    {
        var stored = type switch
        {
            "F32" => torch.ScalarType.Float32,
            "F16" => torch.ScalarType.Float16,
            "BF16" => torch.ScalarType.BFloat16,
            "F64" => torch.ScalarType.Float64,
            _ => throw new WeightsFormatException($"{file}: tensor '{name}' is {type}; expected F32, F16, BF16 or F64. Convert it before saving."),
        };
        using var scope = torch.NewDisposeScope();
        var read = torch.empty(dataset.Shape, dtype: stored);
        if (dataset.ByteCount > 0)
        {
            dataset.Read().CopyTo(read.bytes);
        }

        return read.to(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }
}

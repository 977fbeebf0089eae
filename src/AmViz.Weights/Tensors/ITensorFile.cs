using TorchSharp;

namespace AmViz.Weights;

/// <summary>A weights file of any kind: its tensors by the file's own names, in the file's own order of axes.</summary>
/// <remarks>Translating names and turning axes is the part of a network's map of names. Not safe for use by several threads at once.</remarks>
internal interface ITensorFile : IDisposable
{
    /// <summary>What is known of each tensor without reading it, by name.</summary>
    IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>A tensor as float32 in main memory, in its shape; belongs to the caller, or to the caller's dispose scope.</summary>
    /// <exception cref="WeightsFormatException">There is no such tensor, it cannot be read as numbers, or the file is damaged.</exception>
    torch.Tensor Read(string tensor);

    /// <summary>SHA-256 of the whole file, 64 lower-case hexadecimal digits.</summary>
    string ComputeDigest();
}

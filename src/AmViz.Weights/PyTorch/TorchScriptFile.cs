using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>A TorchScript program among the weights files: it has a digest, and no tensor to be had by name.</summary>
internal sealed class TorchScriptFile(Stream stream, string name) : ITensorFile
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; } = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor) => throw new WeightsFormatException($"{name}: is a program, so its tensors cannot be had by name.");

    /// <inheritdoc/>
    public string ComputeDigest()
    {
        stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Whether a zip file of torch is a program; the stream stays open.</summary>
    /// <exception cref="WeightsFormatException">It is not a sound zip file of torch.</exception>
    public static bool IsProgram(Stream stream, string name)
    {
        using var archive = TorchArchive.Open(stream, name);
        return archive.IsTorchScript;
    }
}

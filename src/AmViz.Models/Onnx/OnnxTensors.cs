using System.Security.Cryptography;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models;

/// <summary>An ONNX model among the weights files: it has a digest, and brings its own layers instead of tensors by name.</summary>
/// <param name="path">The model.</param>
/// <param name="externalFiles">Files beside it that hold tensors, by their names relative to its folder.</param>
internal sealed class OnnxTensors(string path, IReadOnlyList<string> externalFiles) : ITensorFile
{
    /// <summary>How the names of such files end.</summary>
    public const string Extension = ".onnx";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; } = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);

    /// <summary>Whether a file is one by its name.</summary>
    public static bool IsOne(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor) => throw new WeightsFormatException($"{path}: is an ONNX model, so its tensors are not had by name.");

    /// <summary>SHA-256 of the file; of one with tensors in files beside it, that of what <c>sha256sum</c> prints of the model and of them in ordinal order.</summary>
    public string ComputeDigest()
    {
        var own = DigestOf(path);
        var folder = Path.GetDirectoryName(path)!;
        return externalFiles.Count == 0
            ? own
            : WeightsDigests.OfFiles([(Path.GetFileName(path), own), .. externalFiles.Select(file => (Name: Path.GetFileName(file), Digest: DigestOf(Path.Combine(folder, file)))).OrderBy(file => file.Name, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static string DigestOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models;

/// <summary>One network of a weights file, by names without what stands before them in the file.</summary>
/// <param name="file">The file; taken over.</param>
/// <param name="network">Which of its tensors.</param>
internal sealed class PrefixedTensors(ITensorFile file, FoundNetwork network) : ITensorFile
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; } = file.Tensors
        .Where(tensor => tensor.Key.StartsWith(network.Prefix, StringComparison.Ordinal) && tensor.Key.Length > network.Prefix.Length)
        .ToDictionary(tensor => tensor.Key[network.Prefix.Length..], tensor => tensor.Value with { Name = tensor.Key[network.Prefix.Length..] }, StringComparer.Ordinal);

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor) => file.Read(network.Prefix + tensor);

    /// <inheritdoc/>
    public string ComputeDigest() => network.DigestFrom(file.ComputeDigest());

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

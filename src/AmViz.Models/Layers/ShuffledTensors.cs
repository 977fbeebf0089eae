using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>Tensors of a file, the numbers of some of them in another order.</summary>
/// <param name="file">The file; it is taken over.</param>
/// <param name="shuffled">Names of those.</param>
internal sealed class ShuffledTensors(ITensorFile file, IReadOnlySet<string> shuffled) : ITensorFile
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => file.Tensors;

    /// <summary>Whether the numbers of a tensor are weights that are shuffled: they lie along two axes or more, unlike offsets, normalizations and class tokens.</summary>
    public static bool IsKernel(IReadOnlyList<long> shape) => shape.Count(length => length > 1) > 1;

    /// <summary>The numbers of a tensor in another order, which its name decides: the same in every process.</summary>
    public static Tensor Shuffle(Tensor tensor, string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
        var order = randperm(tensor.numel(), dtype: ScalarType.Int64, generator: generator);
        return tensor.reshape(-1)[order].reshape(tensor.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Read(string tensor)
    {
        using var scope = NewDisposeScope();
        var read = file.Read(tensor);
        return (shuffled.Contains(tensor) ? Shuffle(read, tensor) : read).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string ComputeDigest() => file.ComputeDigest();

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

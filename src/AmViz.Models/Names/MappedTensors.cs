using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models;

/// <summary>A tensor of ours and those of the file that make it up.</summary>
/// <param name="Name">Our name.</param>
/// <param name="Axes">How the axes lie in the file.</param>
/// <param name="PartCount">Of how many tensors of the file it is made, joined along our first axis.</param>
/// <param name="Parts">Those that are there, in order.</param>
internal sealed record MappedTensor(string Name, AxisOrder Axes, int PartCount, IReadOnlyList<TensorEntry> Parts)
{
    /// <summary>The entry under our name, in our order of axes.</summary>
    public TensorEntry ToEntry()
    {
        var shape = Shaped([.. Order(Parts[0].Shape.Count).Select(axis => Parts[0].Shape[(int)axis])]);
        if (Parts.Count > 1)
        {
            shape[0] = Parts.Sum(part => part.Shape[(int)Order(part.Shape.Count)[0]]);
        }

        var type = Parts.FirstOrDefault(part => part.ElementType == ElementType.Other)?.TypeName ?? Parts[0].TypeName;
        return new TensorEntry(Name, type, shape);
    }

    /// <summary>Whether the parts are all there and fit together.</summary>
    public bool IsWhole => Parts.Count == PartCount
        && (PartCount == 1 || Parts.All(part => part.Shape.Count > 0 && part.Shape.Skip(1).SequenceEqual(Parts[0].Shape.Skip(1))));

    /// <summary>For each of our axes, which one of the file it is.</summary>
    public long[] Order(int rank) => (Axes, rank) switch
    {
        (AxisOrder.Keras, 4) => [3, 2, 0, 1],
        (AxisOrder.Keras or AxisOrder.Transposed, 2) => [1, 0],
        (AxisOrder.KerasDepthwise, 4) => [2, 3, 0, 1],
        _ => [.. Enumerable.Range(0, rank).Select(axis => (long)axis)],
    };

    /// <summary>The shape with the axes of length one that ours has, and those joined that are one in ours; other shapes as they are.</summary>
    public long[] Shaped(long[] shape) => Axes switch
    {
        AxisOrder.Unbatched when shape.Length < TokenAxes => [.. Enumerable.Repeat(1L, TokenAxes - shape.Length), .. shape],
        AxisOrder.DenseAsConvolution when shape.Length == 4 => [shape[0], shape[1] * shape[2] * shape[3]],
        AxisOrder.Flat when shape.Length > 1 && shape.Count(length => length != 1) <= 1 => [shape.Aggregate(1L, (product, length) => product * length)],
        _ => shape,
    };

    // [1, T, D]
    private const int TokenAxes = 3;
}

/// <summary>A weights file seen through a map of names: our names, our order of axes.</summary>
internal sealed class MappedTensors : ITensorFile
{
    private readonly ITensorFile _file;
    private readonly Dictionary<string, MappedTensor> _mapped;

    /// <summary>Takes a file over.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tensors">Each tensor of ours that it has; those with parts missing are left out.</param>
    public MappedTensors(ITensorFile file, IEnumerable<MappedTensor> tensors)
    {
        _file = file;
        _mapped = tensors.Where(tensor => tensor.IsWhole).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Tensors = _mapped.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.ToEntry(), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <inheritdoc/>
    public torch.Tensor Read(string tensor)
    {
        if (!_mapped.TryGetValue(tensor, out var source))
        {
            throw new WeightsFormatException($"There is no tensor '{tensor}' among the {_mapped.Count} that are known of this file.");
        }

        using var scope = torch.NewDisposeScope();
        torch.Tensor[] parts = [.. source.Parts.Select(part => _file.Read(part.Name)).Select(part => part.permute(source.Order((int)part.dim())))];
        var whole = parts.Length == 1 ? parts[0] : torch.cat(parts, 0);
        return whole.reshape(source.Shaped(whole.shape)).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string ComputeDigest() => _file.ComputeDigest();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>Reads the tensors of a network while it is loaded, and keeps what it will compute with.</summary>
/// <remarks>Lives inside a dispose scope: what is read and not kept is freed by it, and all of it if loading fails.</remarks>
internal sealed class WeightsReader(ITensorFile file, Device device, ScalarType type)
{
    private readonly Dictionary<string, Tensor> _read = new(StringComparer.Ordinal);
    private readonly List<Tensor> _kept = [];

    /// <summary>A tensor as float32 in main memory; a layer and the batch-norm that folds it share one.</summary>
    /// <exception cref="WeightsFormatException">It cannot be read, or holds NaN or infinity.</exception>
    public Tensor Read(string name)
    {
        if (!_read.TryGetValue(name, out var tensor))
        {
            tensor = file.Read(name);
            if (!tensor.isfinite().all().item<bool>())
            {
                throw new WeightsFormatException($"Tensor '{name}' holds NaN or infinity. The file is damaged; get it again from its source.");
            }

            _read.Add(name, tensor);
        }

        return tensor;
    }

    /// <summary>A tensor in the network's number format and place.</summary>
    public Tensor Keep(Tensor tensor)
    {
        _kept.Add(tensor.to(type).to(device));
        return _kept[^1];
    }

    /// <summary>The weight of a convolution, <c>[out, in, rows, columns]</c>, channels innermost in memory.</summary>
    public Tensor KeepWeight(Tensor weight) => Keep(Kernel.ChannelsLast(weight));

    /// <summary>Lets all that was kept outlive the dispose scope, now that every tensor was found sound.</summary>
    public IReadOnlyList<Tensor> Detach()
    {
        _kept.ForEach(tensor => tensor.DetachFromDisposeScope());
        return _kept;
    }
}

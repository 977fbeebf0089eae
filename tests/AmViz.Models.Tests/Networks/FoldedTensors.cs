using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>The tensors of a file with batch-norm folded into the convolutions before it, by the schoolbook formula in float64.</summary>
internal sealed class FoldedTensors : ITensorFile
{
    private readonly ITensorFile separate;
    private readonly double epsilon;
    private readonly Dictionary<string, BatchNormalization> norms;

    /// <summary>Takes a file over.</summary>
    /// <param name="separate">With batch-norm, by our names.</param>
    /// <param name="graph">The network with batch-norm.</param>
    /// <param name="epsilon">Added to the variances.</param>
    public FoldedTensors(ITensorFile separate, LayerGraph graph, double epsilon)
    {
        this.separate = separate;
        this.epsilon = epsilon;
        var folded = graph.Layers.OfType<BatchNormalization>().Where(norm => norm.Folds is not null).ToList();
        norms = folded.SelectMany(norm => new[] { (norm.Folds!.WeightName, norm), (norm.Folds.BiasName, norm) }).ToDictionary(StringComparer.Ordinal);
        var gone = folded.SelectMany(norm => norm.Tensors).Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        Tensors = separate.Tensors.Values.Where(entry => !gone.Contains(entry.Name))
            .Concat(folded.Select(norm => new TensorEntry(norm.Folds!.BiasName, "F32", [norm.ChannelCount])))
            .ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    public torch.Tensor Read(string tensor)
    {
        if (!norms.TryGetValue(tensor, out BatchNormalization? norm))
        {
            return separate.Read(tensor);
        }

        using var scope = torch.NewDisposeScope();
        torch.Tensor Of(string suffix) => separate.Read($"{norm.Name}.{suffix}").to(torch.ScalarType.Float64);
        torch.Tensor factor = norm.Tensors.Count == 4 ? Of("weight") : torch.ones(norm.ChannelCount, dtype: torch.ScalarType.Float64);
        torch.Tensor scale = factor / (Of("running_var") + epsilon).sqrt();
        torch.Tensor value = tensor == norm.Folds!.WeightName
            ? separate.Read(tensor).to(torch.ScalarType.Float64) * scale.view(-1, 1, 1, 1)
            : Of("bias") - Of("running_mean") * scale;
        return value.to(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public string ComputeDigest() => separate.ComputeDigest();

    public void Dispose() => separate.Dispose();
}

using TorchSharp;

namespace AmViz.Onnx;

/// <summary>A value that a model takes or gives.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Its number format; null: not declared, or one that torch has not.</param>
/// <param name="Sizes">Its axes, those of any size being null; null: nothing was declared.</param>
internal sealed record OnnxValue(string Name, torch.ScalarType? Type, IReadOnlyList<long?>? Sizes)
{
    /// <summary>The axes as people write them, e.g. <c>[?, 3, 224, 224]</c>.</summary>
    public string SizesText => Sizes is null ? "of any shape" : $"[{string.Join(", ", Sizes.Select(size => size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"))}]";
}

/// <summary>A model as a file has it: checked, functions and branches with a fixed condition put in their places, nodes in an order in which they can be computed.</summary>
/// <param name="Name">How to call it in errors.</param>
/// <param name="Producer">Who wrote it, as far as it says.</param>
/// <param name="Opset">Version of the operators.</param>
/// <param name="Nodes">Every node after those whose values it reads.</param>
/// <param name="Constants">Initializers by name, on the CPU.</param>
/// <param name="Inputs">What has to be given; initializers are not among them.</param>
/// <param name="Outputs">What it is meant to give.</param>
internal sealed record OnnxModel(
    string Name, string Producer, int Opset, IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, torch.Tensor> Constants, IReadOnlyList<OnnxValue> Inputs, IReadOnlyList<OnnxValue> Outputs)
    : IDisposable
{
    /// <summary>Files beside the model that hold tensors, by their names relative to its folder, each once.</summary>
    public IReadOnlyList<string> ExternalFiles { get; init; } = [];

    /// <summary>Frees the tensors of initializers and attributes.</summary>
    public void Dispose()
    {
        foreach (var tensor in Constants.Values)
        {
            tensor.Dispose();
        }

        foreach (var attributes in Nodes.Select(node => node.Attributes).Distinct())
        {
            attributes.DisposeTensors();
        }
    }
}

using AmViz.Onnx;

namespace AmViz.Models;

/// <summary>What the modules of a network give, by their paths: the value of the last node that PyTorch's exporter wrote inside of each.</summary>
/// <remarks>
/// A module gives what the last module inside of it gives, which need not be a node of its own: <c>layer1.0</c> of a ResNet is its last ReLU, not its sum. What only moves axes
/// shows the same values, so a module that ends with that is found at what it moves.
/// </remarks>
internal static class ModuleOutputs
{
    // Shown they are what they read.
    private static readonly HashSet<string> Moving = new(["Transpose", "Identity", "Dropout", "Cast"], StringComparer.Ordinal);

    /// <summary>From a module's path to the value; modules that end with something else are left out.</summary>
    /// <param name="nodes">In the order of computation.</param>
    /// <param name="isShown">Whether a value is a layer.</param>
    /// <param name="isKnown">Whether the axes of a value are known.</param>
    public static IReadOnlyDictionary<string, string> Find(IReadOnlyList<OnnxNode> nodes, Func<string, bool> isShown, Func<string, bool> isKnown)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        var makers = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            makers.TryAdd(node.Outputs[0], node);
            foreach (var path in ModulePath.Around(node.Name, node.Operator))
            {
                last[path] = node.Outputs[0];
            }
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, made) in last)
        {
            var value = made;
            while (!isShown(value) && isKnown(value) && makers.TryGetValue(value, out var node) && Moving.Contains(node.Operator) && isKnown(node.Inputs[0]))
            {
                value = node.Inputs[0];
            }

            if (isShown(value))
            {
                found.Add(path, value);
            }
        }

        return found;
    }
}

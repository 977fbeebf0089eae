namespace AmViz.Models;

/// <summary>The names of modules as their author wrote them, out of the name that PyTorch's exporter gives a node.</summary>
/// <remarks>
/// The exporter names a node by the modules that it lies in, then by the operator; what lies in a list of modules repeats the name of the list:
/// <c>/layer2/layer2.0/conv1/Conv</c> is the convolution of <c>layer2.0.conv1</c>.
/// </remarks>
internal static class ModulePath
{
    /// <summary>The paths of all modules that a node lies in, the outermost first: <c>layer2</c>, <c>layer2.0</c>, <c>layer2.0.conv1</c>; none for names of other forms.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="operation">Its operator, with which the name ends; a second one of the same module ends in <c>_1</c>.</param>
    public static IReadOnlyList<string> Around(string node, string operation)
    {
        var parts = node.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!node.StartsWith('/') || parts.Length < 2 || !IsOperation(parts[^1], operation))
        {
            return [];
        }

        var (paths, path) = (new List<string>(), new List<string>());
        foreach (var part in parts[..^1])
        {
            if (path.Count > 0 && part.StartsWith($"{path[^1]}.", StringComparison.Ordinal))
            {
                path.RemoveAt(path.Count - 1);
            }

            path.Add(part);
            paths.Add(string.Join('.', path));
        }

        return paths;
    }

    private static bool IsOperation(string part, string operation)
        => part == operation || (part.StartsWith($"{operation}_", StringComparison.Ordinal) && part.AsSpan(operation.Length + 1) is { Length: > 0 } number && !number.ContainsAnyExceptInRange('0', '9'));
}

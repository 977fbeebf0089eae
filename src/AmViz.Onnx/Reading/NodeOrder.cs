using AmViz.Weights;

namespace AmViz.Onnx;

/// <summary>Puts nodes in an order in which they can be computed.</summary>
internal static class NodeOrder
{
    private const int MostNamed = 5;

    /// <summary>The nodes, each after those whose values it reads; in the file's order as far as that is one.</summary>
    /// <exception cref="WeightsFormatException">A value is made twice or by nobody, or nodes wait for each other.</exception>
    public static IReadOnlyList<OnnxNode> Of(OnnxModel model, string name)
    {
        var problems = new List<string>();
        var makers = FindMakers(model, problems);
        var known = new HashSet<string>(model.Constants.Keys.Concat(model.Inputs.Select(input => input.Name)), StringComparer.Ordinal);
        foreach ((var node, var input) in model.Nodes.SelectMany(node => node.Inputs.Where(input => input.Length > 0 && !known.Contains(input) && !makers.ContainsKey(input)).Select(input => (node, input))).Take(MostNamed))
        {
            problems.Add($"Node '{ErrorText.Shorten(node.Name)}' ({node.Operator}) reads '{ErrorText.Shorten(input)}', which no node makes. Export the network again.");
        }

        foreach (var output in model.Outputs.Where(output => !known.Contains(output.Name) && !makers.ContainsKey(output.Name)).Take(MostNamed))
        {
            problems.Add($"Its output '{ErrorText.Shorten(output.Name)}' is made by no node. Export the network again.");
        }

        if (model.Outputs.Count == 0)
        {
            problems.Add("It has no output. Export the network again.");
        }

        if (problems.Count > 0)
        {
            throw new WeightsFormatException(name, problems);
        }

        return Sort(model, makers, name);
    }

    private static Dictionary<string, int> FindMakers(OnnxModel model, List<string> problems)
    {
        var makers = new Dictionary<string, int>(StringComparer.Ordinal);
        var given = new HashSet<string>(model.Constants.Keys, StringComparer.Ordinal);
        foreach (var input in model.Inputs.Where(input => input.Name.Length == 0 || !given.Add(input.Name)).Take(MostNamed))
        {
            problems.Add($"Its input '{ErrorText.Shorten(input.Name)}' has no name or is there twice. Export the network again.");
        }

        for (var i = 0; i < model.Nodes.Count; i++)
        {
            foreach (var output in model.Nodes[i].Outputs.Where(output => output.Length > 0))
            {
                if ((given.Contains(output) || !makers.TryAdd(output, i)) && problems.Count < MostNamed)
                {
                    problems.Add($"Node '{ErrorText.Shorten(model.Nodes[i].Name)}' ({model.Nodes[i].Operator}) makes '{ErrorText.Shorten(output)}', which is made elsewhere too. Export the network again.");
                }
            }
        }

        return makers;
    }

    // Kahn's algorithm with the smallest place first, so that a file in order stays as it is.
    private static List<OnnxNode> Sort(OnnxModel model, Dictionary<string, int> makers, string name)
    {
        var waitsFor = new int[model.Nodes.Count];
        var readers = new List<int>[model.Nodes.Count];
        for (var i = 0; i < model.Nodes.Count; i++)
        {
            foreach (var maker in model.Nodes[i].Inputs.Where(makers.ContainsKey).Select(input => makers[input]).Distinct())
            {
                waitsFor[i]++;
                (readers[maker] ??= []).Add(i);
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, waitsFor.Length).Where(i => waitsFor[i] == 0).Select(i => (i, i)));
        var sorted = new List<OnnxNode>(model.Nodes.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            sorted.Add(model.Nodes[next]);
            foreach (var reader in readers[next] ?? [])
            {
                if (--waitsFor[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        if (sorted.Count < model.Nodes.Count)
        {
            var waiting = Enumerable.Range(0, waitsFor.Length).Where(i => waitsFor[i] > 0).Select(i => $"'{ErrorText.Shorten(model.Nodes[i].Name)}'").ToList();
            throw new WeightsFormatException($"{name}: {waiting.Count} nodes wait for each other, among them {string.Join(", ", waiting.Take(MostNamed))}. Export the network again.");
        }

        return sorted;
    }
}

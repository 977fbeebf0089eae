namespace AmViz.Onnx;

/// <summary>Who makes each value of a model, who reads it, and what it depends on.</summary>
internal sealed class GraphValues
{
    private static readonly HashSet<string> ReadersOfShape = new(["Shape", "Size", "EyeLike"], StringComparer.Ordinal);

    private readonly Dictionary<string, int> _makers = new(StringComparer.Ordinal);

    private readonly Dictionary<string, ValueLevel> _levels = new(StringComparer.Ordinal);

    private readonly OnnxModel _model;

    /// <summary>Looks at every node once.</summary>
    public GraphValues(OnnxModel model)
    {
        _model = model;
        foreach (var constant in model.Constants.Keys)
        {
            _levels.Add(constant, ValueLevel.Constant);
        }

        foreach (var input in model.Inputs)
        {
            _levels.Add(input.Name, ValueLevel.Pixels);
        }

        for (var i = 0; i < model.Nodes.Count; i++)
        {
            var node = model.Nodes[i];
            var level = node.Inputs.Where(input => input.Length > 0).Select(input => _levels[input]).DefaultIfEmpty(ValueLevel.Constant).Max();
            if (level == ValueLevel.Pixels && ReadersOfShape.Contains(node.Operator))
            {
                level = ValueLevel.Shape;
            }

            foreach (var output in node.Outputs.Where(output => output.Length > 0))
            {
                _makers.Add(output, i);
                _levels.Add(output, level);
            }
        }

        Kernels = new(model.Nodes.Where(node => node.Operator == "Conv" && node.Inputs.Count > 1).Select(node => node.Inputs[1]), StringComparer.Ordinal);
    }

    /// <summary>Values that are the weight of a convolution.</summary>
    public HashSet<string> Kernels { get; }

    /// <summary>Whether there is such a value.</summary>
    public bool Has(string value) => _levels.ContainsKey(value);

    /// <summary>What a value depends on.</summary>
    public ValueLevel LevelOf(string value) => _levels[value];

    /// <summary>The node that makes a value; null: it is given, or an initializer.</summary>
    public int? MakerOf(string value) => _makers.TryGetValue(value, out var maker) ? maker : null;

    /// <summary>Nodes that some values need, in order of computation.</summary>
    /// <param name="values">What is needed.</param>
    /// <param name="isKnown">Values whose makers are not needed.</param>
    public List<int> Needed(IEnumerable<string> values, Func<string, bool> isKnown)
    {
        var needed = new SortedSet<int>();
        var open = new Stack<string>(values);
        while (open.TryPop(out var value))
        {
            if (value.Length > 0 && !isKnown(value) && MakerOf(value) is { } maker && needed.Add(maker))
            {
                foreach (var input in _model.Nodes[maker].Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return [.. needed];
    }
}

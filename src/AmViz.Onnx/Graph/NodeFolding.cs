using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Nodes, each the only reader of the one before, that are computed as one.</summary>
/// <remarks>Only where nobody else reads the values between and none of them is wanted itself; so this is found anew for each schedule.</remarks>
/// <param name="values">What is constant.</param>
internal abstract class NodeFolding(GraphValues values)
{
    private readonly Dictionary<string, IReadOnlyList<OnnxNode>> _chains = new(StringComparer.Ordinal);

    private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);

    /// <summary>Finds them among the nodes of a schedule.</summary>
    public void Find(IReadOnlyList<OnnxNode> nodes, IReadOnlyList<string> wanted)
    {
        var readers = nodes.SelectMany(node => node.Inputs.Distinct(StringComparer.Ordinal).Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        var kept = wanted.ToHashSet(StringComparer.Ordinal);
        foreach (var first in nodes.Where(Begins))
        {
            var chain = new List<OnnxNode> { first };
            while (!kept.Contains(chain[^1].Outputs[0]) && readers[chain[^1].Outputs[0]].ToList() is [var next] && Continues(chain, next))
            {
                chain.Add(next);
            }

            if (IsWhole(chain))
            {
                _chains.Add(chain[^1].Outputs[0], chain);
                _absorbed.UnionWith(chain.SkipLast(1).Select(node => node.Outputs[0]));
            }
        }
    }

    /// <summary>The nodes that are computed in the place of the last of them, when everything that they read is there; null: a node stays as it is.</summary>
    public IReadOnlyList<OnnxNode>? ChainOf(OnnxNode node) => node.Outputs.Count > 0 ? _chains.GetValueOrDefault(node.Outputs[0]) : null;

    /// <summary>Whether a node is computed with one behind it.</summary>
    public bool IsAbsorbed(OnnxNode node) => node.Outputs.Count > 0 && _absorbed.Contains(node.Outputs[0]);

    /// <summary>What is computed instead of a chain.</summary>
    public abstract FoldedNode Fold(IReadOnlyList<OnnxNode> chain);

    /// <summary>Whether a chain may begin with a node.</summary>
    protected abstract bool Begins(OnnxNode node);

    /// <summary>Whether the only reader of what the chain makes so far can be computed with it.</summary>
    protected abstract bool Continues(IReadOnlyList<OnnxNode> chain, OnnxNode node);

    /// <summary>Whether nothing is missing, and anything is gained.</summary>
    protected abstract bool IsWhole(IReadOnlyList<OnnxNode> chain);

    /// <summary>Whether all values that are named are constant.</summary>
    protected bool AreConstant(IEnumerable<string> names) => names.All(name => name.Length == 0 || values.LevelOf(name) == ValueLevel.Constant);

    /// <summary>Whether a node reads a value once, and constants beside it.</summary>
    protected bool ReadsOnly(OnnxNode node, string value) => node.Inputs.Count(input => input == value) == 1 && AreConstant(node.Inputs.Where(input => input != value));
}

/// <summary>One node in the place of several.</summary>
/// <param name="Node">What it is called in errors, and its operator.</param>
/// <param name="Inputs">The values that it reads; all depend on pixels.</param>
/// <param name="Constants">Tensors that it reads behind them.</param>
internal sealed record FoldedNode(OnnxNode Node, IReadOnlyList<string> Inputs, params IReadOnlyList<Tensor> Constants)
{
    /// <summary>How it is computed where its operator alone does not tell.</summary>
    public OperatorFunction? Function { get; init; }
}

using AmViz.Onnx;

namespace AmViz.Models;

/// <summary>Counts what a graph computes.</summary>
internal static class GraphArithmetic
{
    /// <summary>Multiplications with addition that a value of one picture needs: of convolutions and of products of matrices.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="value">Name of the value.</param>
    /// <param name="size">Side of the picture in pixels.</param>
    /// <param name="narrow">First values of the nodes of which one channel alone is computed.</param>
    /// <param name="channelAxis">The axis of their channels.</param>
    public static long MultiplyAdds(PictureGraph graph, string value, int size, IReadOnlySet<string> narrow, int channelAxis)
    {
        if (graph.Shapes(size) is not { } shapes)
        {
            return 0;
        }

        var (seen, open, sum) = (new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance), new Stack<string>([value]), 0L);
        while (open.TryPop(out var name))
        {
            if (graph.Graph.MakerOf(name) is { } node && shapes.ContainsKey(name) && seen.Add(node))
            {
                var all = OfNode(graph, node, shapes);
                sum += narrow.Contains(node.Outputs[0]) ? all / shapes[node.Outputs[0]][channelAxis] : all;
                foreach (var input in node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return sum;
    }

    private static long OfNode(PictureGraph graph, OnnxNode node, IReadOnlyDictionary<string, long[]> shapes)
    {
        long[]? ShapeOf(int input) => input >= node.Inputs.Count ? null : shapes.GetValueOrDefault(node.Inputs[input]) ?? graph.WeightShape(node.Inputs[input]);
        var made = shapes[node.Outputs[0]].Aggregate(1L, (product, length) => product * length);
        return (node.Operator, ShapeOf(0), ShapeOf(1)) switch
        {
            ("Conv", _, { Length: > 2 } weight) => made * weight.Skip(1).Aggregate(1L, (product, length) => product * length),
            ("ConvTranspose", { } from, { Length: > 2 } weight) => from.Aggregate(1L, (product, length) => product * length) * weight.Skip(1).Aggregate(1L, (product, length) => product * length),
            ("MatMul", { Length: > 0 } left, _) => made * left[^1],
            ("Gemm", { Length: 2 } left, _) => made * (node.Attributes.Flag("transA") ? left[0] : left[1]),
            _ => 0,
        };
    }
}

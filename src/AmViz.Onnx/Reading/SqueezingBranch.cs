using System.Buffers.Binary;
using AmViz.Onnx.Schema;

namespace AmViz.Onnx;

/// <summary>Recognises what PyTorch's exporter writes for <c>x.squeeze(axis)</c> where it does not know the length of the axis: an If that takes the axis away where it is of length 1.</summary>
/// <remarks>
/// It is then taken for the squeeze alone, which is refused by name at shapes where the axis is longer. A condition or a branch of any other form is none of these:
/// which branch is computed must never be a guess.
/// </remarks>
/// <param name="maker">From the name of a value to the node that makes it; null where nobody does.</param>
/// <param name="number">From the name of a value to the whole number that it is; null where it is something else.</param>
internal sealed class SqueezingBranch(Func<string, OnnxNode?> maker, Func<string, long?> number)
{
    // TensorProto.DataType.INT64
    private const int Int64 = 7;

    /// <summary>Whether an If is such a one.</summary>
    /// <param name="node">The If.</param>
    /// <param name="scope">Names around it.</param>
    public bool Is(NodeProto node, NameScope scope)
        => node.Output.Count == 1
            && maker(scope.Resolve(node.Input[0])) is { Operator: "Equal", Inputs: [var length, var one] } && number(one) == 1
            && maker(length) is { Operator: "Gather", Inputs: [var shape, var place] } && number(place) is { } axis
            && maker(shape) is { Operator: "Shape", Inputs: [var value] } shapeNode && !shapeNode.Attributes.Has("start") && !shapeNode.Attributes.Has("end")
            && node.Attribute.FirstOrDefault(attribute => attribute.Name == "then_branch")?.G is { Initializer.Count: 0, Output: [var output] } branch
            && branch.Node.Where(inner => inner.OpType != "Constant").ToArray() is [{ OpType: "Squeeze", Output: [var squeezed], Input: [var read, ..] } squeeze]
            && squeezed == output.Name && scope.Resolve(read) == value && AxisOf(squeeze, branch, scope) == axis;

    private long? AxisOf(NodeProto squeeze, GraphProto branch, NameScope scope)
    {
        if (squeeze.Input.Count == 1)
        {
            return squeeze.Attribute is [{ Name: "axes", Ints: [var told] }] ? told : null;
        }

        var name = squeeze.Input[1];
        return branch.Node.FirstOrDefault(inner => inner.Output.Contains(name)) is { } constant
            ? constant.Attribute is [{ Name: "value", T: { } tensor }] ? Number(tensor) : null
            : number(scope.Resolve(name));
    }

    private static long? Number(TensorProto tensor) => (tensor.DataType, tensor.Int64Data, tensor.RawData.Length) switch
    {
        (Int64, [var told], 0) => told,
        (Int64, [], sizeof(long)) => BinaryPrimitives.ReadInt64LittleEndian(tensor.RawData.Span),
        _ => null,
    };
}

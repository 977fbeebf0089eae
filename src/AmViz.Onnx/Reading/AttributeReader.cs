using AmViz.Onnx.Schema;
using AmViz.Weights;
using static AmViz.Onnx.Schema.AttributeProto.Types;

namespace AmViz.Onnx;

/// <summary>Reads the attributes of nodes.</summary>
/// <param name="tensors">Reads those that are tensors.</param>
internal sealed class AttributeReader(TensorReader tensors)
{
    /// <summary>The attributes of a node.</summary>
    /// <param name="protos">As the file has them; those that stand for one of a function replaced.</param>
    /// <param name="what">How to call the node in errors.</param>
    /// <exception cref="WeightsFormatException">One is there twice, or of a kind that no operator here has.</exception>
    public OnnxAttributes Read(IReadOnlyCollection<AttributeProto> protos, string what)
    {
        if (protos.Count == 0)
        {
            return OnnxAttributes.None;
        }

        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var attributes = new OnnxAttributes(values);
        try
        {
            foreach (var proto in protos)
            {
                if (values.ContainsKey(proto.Name))
                {
                    throw new WeightsFormatException($"{what} has the attribute '{ErrorText.Shorten(proto.Name)}' twice. Export the network again.");
                }

                values.Add(proto.Name, ReadValue(proto, what));
            }
        }
        catch
        {
            attributes.DisposeTensors();
            throw;
        }

        return attributes;
    }

    /// <summary>The kind, also where a file of the first versions does not tell it.</summary>
    public static AttributeType KindOf(AttributeProto proto) => proto.Type != AttributeType.Undefined ? proto.Type
        : proto.HasF ? AttributeType.Float
        : proto.HasI ? AttributeType.Int
        : proto.HasS ? AttributeType.String
        : proto.T is not null ? AttributeType.Tensor
        : proto.G is not null ? AttributeType.Graph
        : proto.Floats.Count > 0 ? AttributeType.Floats
        : proto.Strings.Count > 0 ? AttributeType.Strings
        : AttributeType.Ints;

    private object ReadValue(AttributeProto proto, string what) => KindOf(proto) switch
    {
        AttributeType.Float => (double)proto.F,
        AttributeType.Int => proto.I,
        AttributeType.String => proto.S.ToStringUtf8(),
        AttributeType.Tensor => tensors.Read(proto.T ?? new(), $"The attribute '{ErrorText.Shorten(proto.Name)}' of {what}"),
        AttributeType.Floats => proto.Floats.Select(number => (double)number).ToArray(),
        AttributeType.Ints => proto.Ints.ToArray(),
        AttributeType.Strings => proto.Strings.Select(text => text.ToStringUtf8()).ToArray(),
        var other => throw new WeightsFormatException($"{what} has the attribute '{ErrorText.Shorten(proto.Name)}' of kind {other}, which no operator here has. Export the network without it."),
    };
}

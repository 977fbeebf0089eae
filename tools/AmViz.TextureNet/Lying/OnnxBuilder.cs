using AmViz.Onnx.Schema;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Writes an ONNX model node by node.</summary>
internal sealed class OnnxBuilder
{
    private const int Opset = 17;
    private const int IrVersion = 8;
    private const int Float32 = 1;

    private readonly ModelProto _model = new() { IrVersion = IrVersion, Graph = new() { Name = "texturenet" }, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } } };

    /// <summary>The model as a file.</summary>
    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>Adds what is given, of float32; a size below 0 is free.</summary>
    public string Input(string name, params long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(sizes.Select(size => size < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "n" } : new TensorShapeProto.Types.Dimension { DimValue = size }));
        _model.Graph.Input.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = Float32, Shape = shape } } });
        return name;
    }

    /// <summary>Names what is wanted.</summary>
    public void Output(string name) => _model.Graph.Output.Add(new ValueInfoProto { Name = name });

    /// <summary>Adds numbers, float32.</summary>
    public string Constant(string name, Tensor value)
    {
        using var plain = value.detach().to(ScalarType.Float32).contiguous();
        var proto = new TensorProto { Name = name, DataType = Float32, RawData = ByteString.CopyFrom(plain.bytes) };
        proto.Dims.AddRange(plain.shape);
        _model.Graph.Initializer.Add(proto);
        return name;
    }

    /// <summary>Adds a node of one output, called like it.</summary>
    public string Node(string kind, string output, string[] inputs, params (string Name, long[] Value)[] attributes)
    {
        var node = new NodeProto { OpType = kind, Name = output, Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes)
        {
            var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
            attribute.Ints.AddRange(value);
            node.Attribute.Add(attribute);
        }

        _model.Graph.Node.Add(node);
        return output;
    }

    /// <summary>Sets a whole number of the last node.</summary>
    public void WithInteger(string name, long value)
        => _model.Graph.Node[^1].Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });

    /// <summary>Sets a fraction of the last node.</summary>
    public void WithFraction(string name, float value)
        => _model.Graph.Node[^1].Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value });
}

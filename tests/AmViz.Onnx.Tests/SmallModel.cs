using AmViz.Onnx.Schema;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests;

/// <summary>Builds small models.</summary>
internal sealed class SmallModel
{
    private readonly Random _random = new(1);

    public SmallModel(int opset = 17) => Proto = new() { IrVersion = 8, Graph = new() { Name = "small" }, OpsetImport = { new OperatorSetIdProto { Domain = string.Empty, Version = opset } } };

    public ModelProto Proto { get; }

    public byte[] Bytes => Proto.ToByteArray();

    /// <summary>Adds an input of float32; sizes below 0 are free.</summary>
    public SmallModel Input(string name, params long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(sizes.Select(size => size < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "n" } : new TensorShapeProto.Types.Dimension { DimValue = size }));
        Proto.Graph.Input.Add(new ValueInfoProto { Name = name, Type = new() { TensorType = new() { ElemType = 1, Shape = shape } } });
        return this;
    }

    /// <summary>Adds an initializer of random numbers around 0.</summary>
    public SmallModel Weight(string name, params long[] shape)
    {
        var numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)(_random.NextDouble() - 0.5);
        }

        return Constant(name, tensor(numbers).reshape(shape));
    }

    /// <summary>Adds an initializer of positive random numbers.</summary>
    public SmallModel Positive(string name, long count)
        => Constant(name, tensor([.. Enumerable.Range(0, (int)count).Select(_ => (float)(0.5 + _random.NextDouble()))]));

    public SmallModel Constant(string name, Tensor value)
    {
        Proto.Graph.Initializer.Add(Tensors.Proto(value, name));
        return this;
    }

    public SmallModel Integers(string name, params long[] numbers) => Constant(name, tensor(numbers, ScalarType.Int64));

    /// <summary>Adds a node of one output, called like it.</summary>
    public SmallModel Node(string kind, string output, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = kind, Name = $"node_{output}", Input = { inputs }, Output = { output } };
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        Proto.Graph.Node.Add(node);
        return this;
    }

    public SmallModel Output(params string[] names)
    {
        Proto.Graph.Output.AddRange(names.Select(name => new ValueInfoProto { Name = name }));
        return this;
    }

    public OnnxGraph Open() => new(OnnxFile.Read(Bytes, "small.onnx"));

    /// <summary>Convolution, batch-norm, ReLU, pooling, and a classifier behind a Reshape, for pictures of one size and one at a time.</summary>
    public static SmallModel Network(long batch = 1) => new SmallModel()
        .Input("x", batch, 3, 16, 16)
        .Weight("w1", 8, 3, 3, 3).Weight("b1", 8)
        .Positive("scale", 8).Weight("shift", 8).Weight("mean", 8).Positive("variance", 8)
        .Weight("w2", 6, 8, 1, 1).Weight("offset", 6, 1, 1)
        .Integers("flat", 1, -1).Weight("w3", 6 * 16, 10).Weight("b3", 10)
        .Node("Conv", "conv1", ["x", "w1", "b1"], ("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { 2, 2 }))
        .Node("BatchNormalization", "bn1", ["conv1", "scale", "shift", "mean", "variance"])
        .Node("Relu", "relu1", ["bn1"])
        .Node("Conv", "conv2", ["relu1", "w2"])
        .Node("Add", "add2", ["conv2", "offset"])
        .Node("MaxPool", "pool2", ["add2"], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
        .Node("Reshape", "rows", ["pool2", "flat"])
        .Node("Gemm", "logits", ["rows", "w3", "b3"])
        .Output("logits");

    /// <summary>Patches, a class token, positions, one attention with its heads merged into the batch and its tokens into rows as nn.MultiheadAttention has it, and a head on the class token.</summary>
    public static SmallModel Transformer() => new SmallModel()
        .Input("x", 1, 3, 8, 8)
        .Weight("wp", 6, 3, 4, 4).Integers("tokens", 1, 6, 4).Weight("class", 1, 1, 6).Weight("positions", 1, 5, 6)
        .Positive("scale", 6).Weight("shift", 6)
        .Weight("wq", 6, 6).Weight("wk", 6, 6).Weight("wv", 6, 6).Integers("heads", 5, 2, 3).Integers("joined", 5, 6).Weight("wo", 6, 6).Integers("apart", 5, 1, 6)
        .Integers("zero", 0).Weight("wh", 6, 4)
        .Node("Conv", "patches", ["x", "wp"], ("strides", new long[] { 4, 4 }))
        .Node("Reshape", "columns", ["patches", "tokens"])
        .Node("Transpose", "rows", ["columns"], ("perm", new long[] { 0, 2, 1 }))
        .Node("Concat", "with_class", ["class", "rows"], ("axis", 1L))
        .Node("Add", "embedded", ["with_class", "positions"])
        .Node("LayerNormalization", "normed", ["embedded", "scale", "shift"])
        .Node("Transpose", "first", ["normed"], ("perm", new long[] { 1, 0, 2 }))
        .Node("MatMul", "q", ["first", "wq"]).Node("MatMul", "k", ["first", "wk"]).Node("MatMul", "v", ["first", "wv"])
        .Node("Reshape", "q_heads", ["q", "heads"]).Node("Reshape", "k_heads", ["k", "heads"]).Node("Reshape", "v_heads", ["v", "heads"])
        .Node("Transpose", "q_of_heads", ["q_heads"], ("perm", new long[] { 1, 0, 2 }))
        .Node("Transpose", "k_of_heads", ["k_heads"], ("perm", new long[] { 1, 2, 0 }))
        .Node("Transpose", "v_of_heads", ["v_heads"], ("perm", new long[] { 1, 0, 2 }))
        .Node("MatMul", "scores", ["q_of_heads", "k_of_heads"])
        .Node("Softmax", "weights", ["scores"], ("axis", -1L))
        .Node("MatMul", "mixed", ["weights", "v_of_heads"])
        .Node("Transpose", "back", ["mixed"], ("perm", new long[] { 1, 0, 2 }))
        .Node("Reshape", "together", ["back", "joined"])
        .Node("Gemm", "projected", ["together", "wo"])
        .Node("Reshape", "of_tokens", ["projected", "apart"])
        .Node("Transpose", "attended", ["of_tokens"], ("perm", new long[] { 1, 0, 2 }))
        .Node("Add", "residual", ["embedded", "attended"])
        .Node("Gather", "token", ["residual", "zero"], ("axis", 1L))
        .Node("Flatten", "of_class", ["token"], ("axis", 1L))
        .Node("MatMul", "logits", ["of_class", "wh"])
        .Output("logits");

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case float number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            case GraphProto graph:
                (attribute.Type, attribute.G) = (AttributeProto.Types.AttributeType.Graph, graph);
                break;
            default:
                throw new NotSupportedException(name);
        }

        return attribute;
    }
}

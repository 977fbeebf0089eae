using AmViz.Onnx.Schema;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>A model of one node, and what goes in.</summary>
/// <param name="Operator">Such as <c>Conv</c>.</param>
/// <param name="Opset">Version of the operators.</param>
public sealed record OperatorCase(string Operator, int Opset)
{
    private readonly List<(Tensor? Value, bool IsConstant)> _inputs = [];

    private readonly List<AttributeProto> _attributes = [];

    private int _outputs = 1;

    /// <summary>Adds an input that is given at run time.</summary>
    public OperatorCase Input(Tensor value) => Add(value, isConstant: false);

    /// <summary>Adds an input that the model has as an initializer.</summary>
    public OperatorCase Constant(Tensor value) => Add(value, isConstant: true);

    /// <summary>Adds an initializer of whole numbers, such as a shape.</summary>
    public OperatorCase Constant(params long[] numbers) => Constant(tensor(numbers, ScalarType.Int64));

    /// <summary>Leaves an input out.</summary>
    public OperatorCase Nothing() => Add(value: null, isConstant: true);

    /// <summary>Sets an attribute.</summary>
    public OperatorCase Set(string name, params long[] numbers) => Attribute(new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints }, numbers);

    /// <summary>Sets an attribute.</summary>
    public OperatorCase Set(string name, long number) => Attribute(new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = number });

    /// <summary>Sets an attribute.</summary>
    public OperatorCase Set(string name, float number) => Attribute(new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number });

    /// <summary>Sets an attribute.</summary>
    public OperatorCase Set(string name, string text) => Attribute(new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) });

    /// <summary>Sets an attribute.</summary>
    public OperatorCase Set(string name, Tensor value) => Attribute(new() { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = Tensors.Proto(value, name) });

    /// <summary>How many outputs are compared; one unless told otherwise.</summary>
    public OperatorCase Outputs(int count)
    {
        _outputs = count;
        return this;
    }

    /// <summary>Shape of an input that was added.</summary>
    public long[] ShapeOf(int input) => _inputs[input].Value!.shape;

    /// <summary>What is given at run time, by name.</summary>
    internal IReadOnlyList<(string Name, Tensor Value)> Given => [.. Enumerable.Range(0, _inputs.Count).Where(i => _inputs[i] is { Value: not null, IsConstant: false }).Select(i => (InputName(i), _inputs[i].Value!))];

    /// <summary>Names of the outputs.</summary>
    internal IReadOnlyList<string> OutputNames => [.. Enumerable.Range(0, _outputs).Select(i => FormattableString.Invariant($"y{i}"))];

    /// <summary>The same case in double precision.</summary>
    internal OperatorCase InDouble()
    {
        var copy = new OperatorCase(Operator, Opset) { _outputs = _outputs };
        copy._inputs.AddRange(_inputs.Select(input => (input.Value?.dtype == ScalarType.Float32 ? input.Value.to(ScalarType.Float64) : input.Value, input.IsConstant)));
        copy._attributes.AddRange(_attributes);
        return copy;
    }

    /// <summary>The model as a file.</summary>
    internal byte[] Model()
    {
        var node = new NodeProto { OpType = Operator, Name = "node" };
        var graph = new GraphProto { Name = "case", Node = { node } };
        for (int i = 0; i < _inputs.Count; i++)
        {
            node.Input.Add(_inputs[i].Value is null ? string.Empty : InputName(i));
            if (_inputs[i] is { Value: { } constant, IsConstant: true })
            {
                graph.Initializer.Add(Tensors.Proto(constant, InputName(i)));
            }
            else if (_inputs[i].Value is { } given)
            {
                var shape = new TensorShapeProto();
                shape.Dim.AddRange(given.shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
                graph.Input.Add(new ValueInfoProto { Name = InputName(i), Type = new() { TensorType = new() { ElemType = Tensors.TypeOf(given.dtype), Shape = shape } } });
            }
        }

        node.Output.AddRange(OutputNames);
        node.Attribute.AddRange(_attributes);
        graph.Output.AddRange(OutputNames.Select(name => new ValueInfoProto { Name = name }));
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Domain = string.Empty, Version = Opset } } }.ToByteArray();
    }

    /// <summary>For failures.</summary>
    internal string Text => $"{Operator}-{Opset}({string.Join(", ", _inputs.Select(input => input.Value is null ? "-" : $"{input.Value.dtype}[{string.Join(",", input.Value.shape)}]"))}) {string.Join(" ", _attributes.Select(attribute => attribute.ToString()))}";

    private static string InputName(int i) => FormattableString.Invariant($"x{i}");

    private OperatorCase Add(Tensor? value, bool isConstant)
    {
        _inputs.Add((value, isConstant));
        return this;
    }

    private OperatorCase Attribute(AttributeProto attribute, params long[] numbers)
    {
        attribute.Ints.AddRange(numbers);
        _attributes.Add(attribute);
        return this;
    }
}

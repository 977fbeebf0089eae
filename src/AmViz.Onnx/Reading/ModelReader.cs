using System.Globalization;
using AmViz.Onnx.Schema;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Onnx;

/// <summary>Makes a model of a parsed file, and tells everything at once that is not taken.</summary>
/// <param name="proto">The parsed file.</param>
/// <param name="name">How to call it in errors.</param>
/// <param name="tensors">Reads its tensors.</param>
internal sealed class ModelReader(ModelProto proto, string name, TensorReader tensors)
{
    /// <summary>More than any network has; functions that call functions could make any number.</summary>
    private const int MostNodes = 100_000;

    private const int DeepestCall = 16;

    private const int MostProblems = 20;

    private readonly Dictionary<string, torch.Tensor> _constants = new(StringComparer.Ordinal);

    private readonly List<OnnxNode> _nodes = [];

    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);

    private readonly List<string> _problems = [];

    private readonly SortedDictionary<string, int> _untaken = new(StringComparer.Ordinal);

    private readonly Dictionary<string, bool> _conditions = new(StringComparer.Ordinal);

    private readonly AttributeReader _attributes = new(tensors);

    private Dictionary<(string Domain, string Name), FunctionProto> _functions = [];

    private int _scopes;

    /// <summary>Reads it.</summary>
    /// <exception cref="WeightsFormatException">One, with all problems.</exception>
    public OnnxModel Read()
    {
        try
        {
            var model = ReadAll();
            Complain();
            return model with { Nodes = NodeOrder.Of(model, name) };
        }
        catch
        {
            foreach (var tensor in _constants.Values)
            {
                tensor.Dispose();
            }

            foreach (var node in _nodes)
            {
                node.Attributes.DisposeTensors();
            }

            throw;
        }
    }

    private OnnxModel ReadAll()
    {
        var graph = proto.Graph ?? throw new WeightsFormatException($"{name}: is no ONNX model: it has no graph. Expected what torch.onnx.export or onnx.save writes; get the file again from its source.");
        var opset = OpsetOf(proto.OpsetImport, preset: 0);
        if (opset is < OperatorTable.FirstOpset or > OperatorTable.LastOpset)
        {
            // Every other problem would follow from this one.
            throw new WeightsFormatException(
                $"{name}: is of opset {opset}; expected {OperatorTable.FirstOpset} to {OperatorTable.LastOpset}. Export it with opset_version=17, or convert it by onnx.version_converter.convert_version(model, 17).");
        }

        _functions = ReadFunctions();
        var scope = new NameScope(string.Empty, opset);
        ReadInitializers(graph, scope);
        Append(graph.Node, scope, depth: 0);
        return new(
            name,
            ErrorText.Shorten($"{proto.ProducerName} {proto.ProducerVersion}".Trim()),
            opset,
            _nodes,
            _constants,
            [.. graph.Input.Where(value => !_constants.ContainsKey(value.Name)).Select(ReadValue)],
            [.. graph.Output.Select(ReadValue)]);
    }

    private void Complain()
    {
        foreach ((var kind, var count) in _untaken.Take(MostProblems))
        {
            _problems.Add($"it has {count} {(count == 1 ? "node" : "nodes")} of the operator {kind}, which is not taken");
        }

        if (_untaken.Count > MostProblems)
        {
            _problems.Add($"it has nodes of {_untaken.Count - MostProblems} more operators that are not taken");
        }

        if (_problems.Count > 0)
        {
            throw new WeightsFormatException(name, [.. _problems.Take(MostProblems).Select(problem => $"{problem}.")]);
        }
    }

    // The first 20 problems are enough, but they are told together.
    private void Try(Action read)
    {
        try
        {
            read();
        }
        catch (WeightsFormatException e) when (_problems.Count < MostProblems)
        {
            _problems.Add(e.Message.TrimEnd('.'));
        }
    }

    private static int OpsetOf(IEnumerable<OperatorSetIdProto> imports, int preset)
        => (int)Math.Clamp(imports.Where(import => IsOnnx(import.Domain)).Select(import => import.Version).DefaultIfEmpty(preset).Max(), 0, int.MaxValue);

    private static bool IsOnnx(string domain) => domain is "" or "ai.onnx";

    private Dictionary<(string Domain, string Name), FunctionProto> ReadFunctions()
    {
        var functions = new Dictionary<(string Domain, string Name), FunctionProto>();
        foreach (var function in proto.Functions)
        {
            if (!functions.TryAdd((function.Domain, function.Name), function))
            {
                _problems.Add($"it has the function '{ErrorText.Shorten(function.Domain)}.{ErrorText.Shorten(function.Name)}' twice (overloads are not taken)");
            }
        }

        return functions;
    }

    private void ReadInitializers(GraphProto graph, NameScope scope)
    {
        foreach (var tensor in graph.Initializer)
        {
            Try(() =>
            {
                var what = $"Initializer '{ErrorText.Shorten(tensor.Name)}'";
                if (tensor.Name.Length == 0)
                {
                    throw new WeightsFormatException("an initializer has no name");
                }

                var whole = scope.Define(tensor.Name);
                if (_constants.ContainsKey(whole))
                {
                    throw new WeightsFormatException($"{what} is there twice");
                }

                var read = tensors.Read(tensor, what);
                _constants.Add(whole, read);
                NoteCondition(whole, read);
            });
        }

        foreach (var sparse in graph.SparseInitializer)
        {
            _problems.Add($"Initializer '{ErrorText.Shorten(sparse.Values?.Name ?? string.Empty)}' is sparse, which is not taken; export the network with dense weights");
        }
    }

    private void NoteCondition(string value, torch.Tensor tensor)
    {
        if (tensor.dtype == torch.ScalarType.Bool && tensor.NumberOfElements == 1)
        {
            _conditions[value] = tensor.bytes[0] != 0;
        }
    }

    private OnnxValue ReadValue(ValueInfoProto value)
    {
        var type = value.Type?.TensorType;
        return new(
            value.Name,
            type is null ? null : TensorTypes.TypeOf(type.ElemType),
            type?.Shape is not { } shape ? null : [.. shape.Dim.Select(size => size.HasDimValue && size.DimValue >= 0 ? size.DimValue : (long?)null)]);
    }

    private void Append(IEnumerable<NodeProto> nodes, NameScope scope, int depth)
    {
        foreach (var node in nodes)
        {
            if (_nodes.Count >= MostNodes)
            {
                throw new WeightsFormatException($"{name}: has more than {MostNodes} nodes, those of its functions counted where they are called. Export the network again.");
            }

            if (_functions.TryGetValue((node.Domain, node.OpType), out var function))
            {
                Call(function, node, scope, depth);
            }
            else if (IsOnnx(node.Domain) && node.OpType == "If" && node.Input.Count == 1 && ConditionOf(node, scope) is { } isTrue)
            {
                Branch(node, isTrue, scope, depth);
            }
            else
            {
                Try(() => Add(node, scope));
            }
        }
    }

    private bool? ConditionOf(NodeProto node, NameScope scope)
        => _conditions.TryGetValue(scope.Resolve(node.Input[0]), out var isTrue) ? isTrue
            : new SqueezingBranch(_makers.GetValueOrDefault, NumberOf).Is(node, scope) ? true : null;

    private long? NumberOf(string value)
    {
        var constant = _constants.GetValueOrDefault(value)
            ?? (_makers.GetValueOrDefault(value) is { Operator: "Constant" } node && node.Attributes.Has("value") ? node.Attributes.Tensor("value") : null);
        return constant is not null && constant.dtype == torch.ScalarType.Int64 && constant.NumberOfElements == 1 ? constant.data<long>()[0] : null;
    }

    private void Add(NodeProto node, NameScope scope)
    {
        var nodeName = scope.Prefix + (node.Name.Length > 0 ? node.Name : $"{node.OpType}_{_nodes.Count.ToString(CultureInfo.InvariantCulture)}");
        string[] inputs = [.. node.Input.Select(scope.Resolve)];
        string[] outputs = [.. node.Output.Select(scope.Define)];
        var rule = IsOnnx(node.Domain) ? OperatorTable.Find(node.OpType, scope.Opset) : null;
        if (rule is null)
        {
            var kind = ErrorText.Shorten(IsOnnx(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}");
            _untaken[kind] = _untaken.GetValueOrDefault(kind) + 1;
            return;
        }

        var what = $"Node '{ErrorText.Shorten(nodeName)}' ({node.OpType})";
        var attributes = _attributes.Read([.. node.Attribute.Select(attribute => scope.Attribute(attribute)).OfType<AttributeProto>()], what);
        var read = new OnnxNode(nodeName, node.OpType, rule.Since, inputs, outputs, attributes);
        _nodes.Add(read);
        if (outputs is [var first, ..])
        {
            _makers.TryAdd(first, read);
        }

        if (node.OpType == "Constant" && outputs.Length == 1 && attributes.Has("value"))
        {
            NoteCondition(outputs[0], attributes.Tensor("value")!);
        }
        else if (node.OpType == "Identity" && inputs.Length == 1 && outputs.Length == 1 && _conditions.TryGetValue(inputs[0], out var condition))
        {
            _conditions[outputs[0]] = condition;
        }
    }

    private void Call(FunctionProto function, NodeProto node, NameScope scope, int depth)
    {
        var called = $"{ErrorText.Shorten(node.Domain)}.{ErrorText.Shorten(node.OpType)}";
        RequireDepth(depth, $"the function {called}");
        if (node.Input.Count > function.Input.Count || node.Output.Count > function.Output.Count)
        {
            _problems.Add($"Node '{ErrorText.Shorten(node.Name)}' calls the function {called} with {node.Input.Count} inputs and {node.Output.Count} outputs; it has {function.Input.Count} and {function.Output.Count}");
            return;
        }

        var inner = Inner(node, scope, OpsetOf(function.OpsetImport, scope.Opset), function.AttributeProto.Concat(node.Attribute.Select(scope.Attribute).OfType<AttributeProto>()));
        for (var i = 0; i < function.Input.Count; i++)
        {
            inner.Bind(function.Input[i], i < node.Input.Count ? scope.Resolve(node.Input[i]) : string.Empty);
        }

        for (var i = 0; i < node.Output.Count; i++)
        {
            inner.Bind(function.Output[i], scope.Define(node.Output[i]));
        }

        Append(function.Node, inner, depth + 1);
    }

    private void Branch(NodeProto node, bool isTrue, NameScope scope, int depth)
    {
        RequireDepth(depth, "branches");
        var branch = node.Attribute.FirstOrDefault(attribute => attribute.Name == (isTrue ? "then_branch" : "else_branch"))?.G;
        if (branch is null || branch.Input.Count > 0 || branch.Output.Count < node.Output.Count)
        {
            _problems.Add($"Node '{ErrorText.Shorten(node.Name)}' (If) has a branch that does not fit its {node.Output.Count} outputs");
            return;
        }

        // Inside, names of the graph around are seen as well.
        var inner = Inner(node, scope, scope.Opset, [], around: scope);
        ReadInitializers(branch, inner);
        Append(branch.Node, inner, depth + 1);
        for (var i = 0; i < node.Output.Count; i++)
        {
            var identity = new NodeProto { OpType = "Identity", Name = $"{node.Name}_{branch.Output[i].Name}" };
            _nodes.Add(new(scope.Prefix + identity.Name, "Identity", 1, [inner.Resolve(branch.Output[i].Name)], [scope.Define(node.Output[i])], OnnxAttributes.None));
        }
    }

    private NameScope Inner(NodeProto node, NameScope scope, int opset, IEnumerable<AttributeProto> attributes, NameScope? around = null)
    {
        var called = node.Name.Length > 0 ? node.Name : $"{node.OpType}_{(++_scopes).ToString(CultureInfo.InvariantCulture)}";
        return new($"{scope.Prefix}{called}/", opset, attributes, around);
    }

    private void RequireDepth(int depth, string what)
    {
        if (depth >= DeepestCall)
        {
            throw new WeightsFormatException($"{name}: nests {what} more than {DeepestCall} times. Export the network without functions that call themselves.");
        }
    }
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>A graph at one shape of its input: the shape of every value, found without computing, and the values that follow from shapes alone, computed once.</summary>
/// <remarks>
/// A model that was exported for one picture is run for several by what it does for one: constants and shapes are those of a single picture (<paramref name="single"/>), and where
/// a node names the batch's size (a target of Reshape or Expand, a constant that is joined to each picture) it is put in. Where it cannot be proven on which axis the pictures lie
/// (<see cref="BatchRules"/>), the node is refused by name before anything is computed.
/// </remarks>
/// <param name="model">Its nodes.</param>
/// <param name="values">Who makes what.</param>
/// <param name="constants">Values that no shape changes.</param>
/// <param name="device">Where the network lies.</param>
/// <param name="shape">Of the input.</param>
/// <param name="type">Number format of the input.</param>
/// <param name="single">The same for a batch of one, which this plan then owns; null: the model is taken as it is.</param>
internal sealed class ShapePlan(OnnxModel model, GraphValues values, GraphConstants constants, Device device, long[] shape, ScalarType type, ShapePlan? single = null) : IDisposable
{
    private static readonly HashSet<string> ShapedByValues = new(["Compress", "NonZero"], StringComparer.Ordinal);

    private readonly Dictionary<string, ValueShape> _shapes = new(StringComparer.Ordinal) { [model.Inputs[0].Name] = new(shape, type, shape.Length > 0 && shape[0] > 0 ? BatchAxis.First : null, null) };

    private readonly Dictionary<string, Tensor> _hosted = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Tensor> _placed = new(StringComparer.Ordinal);

    private readonly Dictionary<(string Node, int Input), Tensor> _replaced = [];

    private readonly Dictionary<int, Dictionary<int, object>> _remembered = [];

    private readonly Dictionary<string, Schedule> _schedules = new(StringComparer.Ordinal);

    private readonly Dictionary<(string Value, int Axis), Schedule> _channelSchedules = [];

    private readonly Lazy<ILookup<string, OnnxNode>> _readers = new(
        () => model.Nodes.SelectMany(node => node.Inputs.Select(input => (input, node))).ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal));

    private readonly SizeBound _bound = new(constants.GivenElements);

    /// <summary>Shape of the input.</summary>
    public IReadOnlyList<long> InputShape => shape;

    /// <summary>Shapes of all values that were found so far; those that do not depend on pixels among them if they were needed.</summary>
    public IEnumerable<KeyValuePair<string, ValueShape>> Known => _shapes;

    private long Pictures => shape.Length > 0 ? shape[0] : 1;

    /// <summary>Finds the shapes of values and of everything that they need.</summary>
    /// <exception cref="WeightsFormatException">A node cannot be computed at this shape, or not for several pictures at once.</exception>
    public void Require(IEnumerable<string> wanted)
    {
        var names = wanted.ToList();
        single?.Require(names);
        using var noGradient = no_grad();
        foreach (var index in values.Needed(names, IsKnown))
        {
            using var scope = NewDisposeScope();
            var node = model.Nodes[index];
            if (node.Outputs.Any(output => output.Length > 0 && values.LevelOf(output) == ValueLevel.Pixels))
            {
                FindShapes(index, node);
            }
            else
            {
                ComputeOnHost(node);
            }
        }
    }

    /// <summary>Shape of a value that was required.</summary>
    public ValueShape ShapeOf(string value)
    {
        if (_shapes.TryGetValue(value, out var known))
        {
            return known;
        }

        var host = OnHost(value);
        return new(host.shape, host.dtype, null, null);
    }

    /// <summary>What must be computed for some values, made once.</summary>
    public Schedule ScheduleFor(IReadOnlyList<string> wanted)
    {
        var key = string.Join('\0', wanted);
        if (!_schedules.TryGetValue(key, out var schedule))
        {
            Require(wanted);
            schedule = new ScheduleBuilder(model, values, constants, this).Build(wanted);
            _schedules.Add(key, schedule);
        }

        return schedule;
    }

    /// <summary>What must be computed for one channel of each picture, made once.</summary>
    /// <param name="wanted">A value that depends on pixels, whose first axis is that of the pictures.</param>
    /// <param name="axis">That of its channels.</param>
    public Schedule ScheduleForChannels(string wanted, int axis)
    {
        if (!_channelSchedules.TryGetValue((wanted, axis), out var schedule))
        {
            Require([wanted]);
            schedule = new ScheduleBuilder(model, values, constants, this).BuildChannels(wanted, axis);
            _channelSchedules.Add((wanted, axis), schedule);
        }

        return schedule;
    }

    /// <summary>An input of a node that does not depend on pixels, on the network's device.</summary>
    public Tensor OnDevice(OnnxNode node, int index)
    {
        var value = node.Inputs[index];
        if (_replaced.TryGetValue((node.Outputs[0], index), out var replaced))
        {
            return Place($"{node.Outputs[0]}\0{index}", replaced);
        }

        return values.LevelOf(value) == ValueLevel.Constant ? constants.OnDevice(value) : Place(value, OnHost(value));
    }

    /// <summary>A value that does not depend on pixels, on the network's device.</summary>
    public Tensor OnDevice(string value) => values.LevelOf(value) == ValueLevel.Constant ? constants.OnDevice(value) : Place(value, OnHost(value));

    /// <summary>Numbers that a node has read of such inputs.</summary>
    public Dictionary<int, object> RememberedOf(int node)
        => _remembered.TryGetValue(node, out var remembered) ? remembered : _remembered[node] = [];

    /// <summary>Frees the values that follow from the shape.</summary>
    public void Dispose()
    {
        foreach (var tensor in _hosted.Values.Concat(_placed.Values).Concat(_replaced.Values))
        {
            tensor.Dispose();
        }

        single?.Dispose();
    }

    private bool IsKnown(string value) => values.LevelOf(value) switch
    {
        ValueLevel.Constant => true,
        ValueLevel.Shape => single is not null || _hosted.ContainsKey(value),
        _ => _shapes.ContainsKey(value),
    };

    private Tensor OnHost(string value) => values.LevelOf(value) == ValueLevel.Constant ? constants.OnHost(value) : single?.OnHost(value) ?? _hosted[value];

    private Tensor Place(string key, Tensor host)
    {
        if (device.type == DeviceType.CPU)
        {
            return host;
        }

        if (!_placed.TryGetValue(key, out var placed))
        {
            using var noGradient = no_grad();
            placed = host.to(device).DetachFromDisposeScope();
            _placed.Add(key, placed);
        }

        return placed;
    }

    private void ComputeOnHost(OnnxNode node)
    {
        var call = new OperatorCall(node, [.. NodeCall.GivenInputs(node).Select(input => input.Length == 0 ? null : values.LevelOf(input) == ValueLevel.Pixels ? Ghost(_shapes[input]) : OnHost(input))]);
        _bound.Require(call);
        var outputs = NodeCall.Compute(call);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } output)
            {
                // An identity matrix beside a tensor that has no values has none either.
                _hosted.Add(node.Outputs[i], (output.device_type == DeviceType.META ? OnZeros(node, i) : output).DetachFromDisposeScope());
            }
        }
    }

    private Tensor OnZeros(OnnxNode node, int output)
        => NodeCall.Compute(new OperatorCall(node, [.. NodeCall.GivenInputs(node).Select(input => input.Length == 0 ? null : values.LevelOf(input) == ValueLevel.Pixels ? Zeros(_shapes[input]) : OnHost(input))]))[output]!;

    // A tensor without memory: torch finds the shapes of what it would compute of it.
    private static Tensor Ghost(ValueShape value) => empty(value.Sizes, dtype: value.Type, device: META);

    private static Tensor Zeros(ValueShape value) => zeros(value.Sizes, dtype: value.Type, device: CPU);

    private void FindShapes(int index, OnnxNode node)
    {
        var inputs = NodeCall.GivenInputs(node);
        var hosted = inputs.Select((input, i) => input.Length == 0 || values.LevelOf(input) == ValueLevel.Pixels ? null : OnHost(input)).ToList();
        if (single is not null)
        {
            PutBatchIn(node, inputs, hosted);
        }

        var made = ComputeGhosts(index, node, inputs, hosted);
        BatchAxis? axis = null;
        for (var i = 0; i < made.Length; i++)
        {
            if (made[i] is not { } output)
            {
                continue;
            }

            if (output.Sizes.Aggregate(1.0, (product, size) => product * size) > TensorBound.MostElements)
            {
                throw node.Refuse($"makes a tensor of [{string.Join(", ", output.Sizes)}]; at most {TensorBound.MostElements} elements are allowed. Give smaller pictures, or fewer at once.");
            }

            axis = single is null ? Follow(node, inputs, output.Sizes) : single._shapes[node.Outputs[i]].Pictures;
            axis = axis is not null && (axis.Axis >= output.Sizes.Length || output.Sizes[axis.Axis] != axis.Entries * Pictures) ? null : axis;
            var lost = axis is not null ? null : inputs.Where(input => input.Length > 0 && _shapes.ContainsKey(input)).Select(input => _shapes[input].LostAt).FirstOrDefault(at => at is not null) ?? node.Name;
            _shapes.Add(node.Outputs[i], new(output.Sizes, output.Type, axis, lost));
            if (single is not null)
            {
                RequireSamePerPicture(node, single._shapes[node.Outputs[i]], output.Sizes, axis);
            }
        }
    }

    private ValueShape?[] ComputeGhosts(int index, OnnxNode node, IReadOnlyList<string> inputs, List<Tensor?> hosted)
    {
        var remembered = RememberedOf(index);
        int[] fromPixels = [.. Enumerable.Range(0, inputs.Count).Where(i => inputs[i].Length > 0 && hosted[i] is null)];
        if (ShapedByValues.Contains(node.Operator))
        {
            throw node.Refuse("makes as many numbers as the pixels tell, so it has no shape beforehand. Export the network without it.");
        }

        try
        {
            // Indices stay readable, weights need none of their values.
            var ghosts = inputs.Select((input, i) => input.Length == 0 ? null
                : hosted[i] is { } host ? host.dtype is ScalarType.Int64 or ScalarType.Int32 ? host : Ghost(new(host.shape, host.dtype, null, null))
                : Ghost(_shapes[input])).ToList();
            return Shapes(NodeCall.Compute(new OperatorCall(node, ghosts, remembered) { Readable = hosted, Device = META, FromPixels = fromPixels, Rectify = static (x, _) => x.alias() }));
        }
        catch (WeightsFormatException e) when (e.InnerException is not null && inputs.Sum(input => _shapes.TryGetValue(input, out var pixels) ? pixels.Count : 0) <= SizeBound.MostElements)
        {
            // Not every function of torch can do without memory; and if it is the shapes, the error is the plain one.
            remembered.Clear();
            return Shapes(NodeCall.Compute(new OperatorCall(node, [.. inputs.Select((input, i) => input.Length == 0 ? null : hosted[i] ?? Zeros(_shapes[input]))], remembered) { FromPixels = fromPixels }));
        }
    }

    private static ValueShape?[] Shapes(Tensor?[] outputs) => [.. outputs.Select(output => output is null ? null : new ValueShape(output.shape, output.dtype, null, null))];

    private BatchAxis? Follow(OnnxNode node, IReadOnlyList<string> inputs, long[] outputShape) => BatchRules.Follow(new(
        node,
        Pictures,
        [.. inputs.Select(input => input.Length == 0 ? null : ShapeOf(input).Sizes)],
        [.. inputs.Select(input => input.Length > 0 && _shapes.TryGetValue(input, out var known) ? known.Pictures : null)],
        [.. inputs.Select(input => input.Length > 0 && values.LevelOf(input) == ValueLevel.Pixels)],
        i => OnHost(inputs[i]) is { } numbers && numbers.is_integral() ? numbers.to_type(ScalarType.Int64).data<long>().ToArray() : null,
        outputShape,
        node.Operator == "Reshape" && _readers.Value[node.Outputs[0]].Take(2).ToArray() is [{ Operator: "Transpose" } only] ? only.Attributes.Integers("perm") : null));

    // What a node says of the batch's size was meant for one picture.
    private void PutBatchIn(OnnxNode node, IReadOnlyList<string> inputs, List<Tensor?> hosted)
    {
        foreach (var input in inputs.Where(input => input.Length > 0 && values.LevelOf(input) == ValueLevel.Pixels))
        {
            if (single!._shapes[input] is { Pictures: null } lost)
            {
                throw model.Nodes.First(one => one.Name == lost.LostAt).Refuse(
                    $"cannot be computed for {Pictures} pictures at once: the model was exported for one, and it cannot be proven that this node keeps pictures apart. Run pictures one by one, or export the network with a dynamic first axis.");
            }
        }

        if (single!._shapes[node.Outputs[0]] is not { Pictures: { } axis } made)
        {
            return;
        }

        if (node.Operator is "Reshape" or "Expand")
        {
            var target = made.Sizes.ToArray();
            target[axis.Axis] *= Pictures;
            hosted[1] = Replace(node, 1, tensor(target, ScalarType.Int64));
        }
        else if (node.Operator == "Concat" || BatchRules.Stretches(node.Operator))
        {
            RepeatForEachPicture(node, axis, made.Sizes.Length - axis.Axis, hosted);
        }
    }

    // What is joined to each picture or, such as a bias of each head, has its own numbers for each entry of one.
    private void RepeatForEachPicture(OnnxNode node, BatchAxis axis, int back, List<Tensor?> hosted)
    {
        for (var i = 0; i < hosted.Count; i++)
        {
            if (hosted[i] is { } part && part.dim() >= back && (node.Operator == "Concat" ? part.shape[^back] != axis.Inner * Pictures : BatchRules.IsRepeated(axis, part.shape[^back]) && (node.Operator != "MatMul" || back > 2)))
            {
                var times = new long[part.dim()];
                Array.Fill(times, 1);
                times[^back] = Pictures;
                hosted[i] = Replace(node, i, part.repeat(times));
            }
        }
    }

    private Tensor Replace(OnnxNode node, int input, Tensor value)
    {
        var kept = value.DetachFromDisposeScope();
        _replaced.Add((node.Outputs[0], input), kept);
        return kept;
    }

    private void RequireSamePerPicture(OnnxNode node, ValueShape one, long[] sizes, BatchAxis? axis)
    {
        var expected = one.Sizes.ToArray();
        if (axis is not null)
        {
            expected[axis.Axis] *= Pictures;
        }

        if (one.Pictures is not null && (axis is null || !expected.AsSpan().SequenceEqual(sizes)))
        {
            throw node.Refuse($"makes [{string.Join(", ", sizes)}] of {Pictures} pictures and [{string.Join(", ", one.Sizes)}] of one, which do not fit. Run pictures one by one, or export the network with a dynamic first axis.");
        }
    }
}

/// <summary>What is known of a value that depends on pixels.</summary>
/// <param name="Sizes">Its shape.</param>
/// <param name="Type">Its number format.</param>
/// <param name="Pictures">Where the pictures are; null: not known.</param>
/// <param name="LostAt">Name of the node from which on that is not known.</param>
internal sealed record ValueShape(long[] Sizes, ScalarType Type, BatchAxis? Pictures, string? LostAt)
{
    /// <summary>Number of elements.</summary>
    public double Count => Sizes.Aggregate(1.0, (product, size) => product * size);
}

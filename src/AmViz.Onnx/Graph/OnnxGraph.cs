using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>A model that is run up to any of its values, by differentiable operations; its weights are frozen.</summary>
/// <remarks>For each shape of the input a plan is made once and kept, the last <see cref="MostPlans"/> of them. Not safe for use by several threads at once.</remarks>
internal sealed class OnnxGraph : IDisposable
{
    /// <summary>Plans that are kept.</summary>
    public const int MostPlans = 16;

    private readonly OnnxModel _model;

    private readonly GraphValues _values;

    private readonly GraphConstants _constants;

    private readonly Device _device;

    private readonly bool _isShared;

    // The last used one at the end.
    private readonly List<ShapePlan> _plans = [];

    /// <summary>Takes a model over, or shares it with other graphs.</summary>
    /// <param name="model">As it was read; nothing of it is written to.</param>
    /// <param name="device">Where to compute; null: on the CPU.</param>
    /// <param name="isShared">Whether the model outlives this graph, which then frees only what it made of it.</param>
    public OnnxGraph(OnnxModel model, Device? device = null, bool isShared = false)
    {
        (_model, _isShared) = (model, isShared);
        _device = device ?? CPU;
        _values = new(model);
        _constants = new(model, _values, _device);
    }

    /// <summary>What has to be given.</summary>
    public IReadOnlyList<OnnxValue> Inputs => _model.Inputs;

    /// <summary>What the model is meant to give.</summary>
    public IReadOnlyList<OnnxValue> Outputs => _model.Outputs;

    /// <summary>All nodes, each after those whose values it reads.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _model.Nodes;

    /// <summary>The node that makes a value; null: it is given, an initializer, or there is no such value.</summary>
    public OnnxNode? MakerOf(string value) => _values.MakerOf(value) is { } maker ? _model.Nodes[maker] : null;

    /// <summary>Version of the operators.</summary>
    public int Opset => _model.Opset;

    /// <summary>Number format of the input.</summary>
    public ScalarType InputType => Inputs is [{ Type: { } type }] ? type : ScalarType.Float32;

    /// <summary>What a value depends on; values of <see cref="ValueLevel.Pixels"/> are those that a run computes.</summary>
    /// <exception cref="WeightsFormatException">There is no such value.</exception>
    public ValueLevel LevelOf(string value) => _values.LevelOf(Existing(value));

    /// <summary>A value of <see cref="ValueLevel.Constant"/>, on the CPU; it is the graph's.</summary>
    /// <exception cref="WeightsFormatException">There is no such value.</exception>
    public Tensor Constant(string value) => _constants.OnHost(Existing(value));

    /// <summary>Values of the graph for some pictures; nothing is computed that they do not need.</summary>
    /// <param name="images">The input, on the network's device; gradients flow back to it.</param>
    /// <param name="wanted">Names of values.</param>
    /// <param name="rectify">See <see cref="OperatorCall.Rectify"/>; null: plainly.</param>
    /// <returns>In the order in which they were wanted; they belong to the caller's dispose scope.</returns>
    /// <exception cref="WeightsFormatException">There is no such value, or it cannot be computed at this shape.</exception>
    public IReadOnlyList<Tensor> Forward(Tensor images, IReadOnlyList<string> wanted, Func<Tensor, double, Tensor>? rectify = null)
        => ScheduleFor(images.shape, wanted).Run(images, rectify);

    /// <summary>One value of the graph.</summary>
    public Tensor Forward(Tensor images, string wanted, Func<Tensor, double, Tensor>? rectify = null) => Forward(images, [wanted], rectify)[0];

    /// <summary>One channel of a value for each picture; where the others are not needed they are not computed.</summary>
    /// <param name="images">The input, on the network's device; gradients flow back to it.</param>
    /// <param name="wanted">Name of a value whose first axis is that of the pictures, see <see cref="PictureAxis"/>.</param>
    /// <param name="axis">The axis of its channels.</param>
    /// <param name="channels">The channel of each picture, <c>[N]</c>, int64.</param>
    /// <param name="rectify">See <see cref="OperatorCall.Rectify"/>; null: plainly.</param>
    /// <returns>The value with one entry on that axis; it belongs to the caller's dispose scope.</returns>
    /// <exception cref="WeightsFormatException">There is no such value, or it cannot be computed at this shape.</exception>
    public Tensor ForwardChannels(Tensor images, string wanted, int axis, Tensor channels, Func<Tensor, double, Tensor>? rectify = null)
        => ScheduleForChannels(images.shape, wanted, axis).Run(images, rectify, channels)[0];

    /// <summary>Shapes of values at a shape of the input; nothing of them is computed.</summary>
    /// <param name="inputShape">Such as <c>[1, 3, 224, 224]</c>.</param>
    /// <param name="wanted">Names of values; null: all that depend on pixels and that an output needs.</param>
    /// <exception cref="WeightsFormatException">A value cannot be computed at this shape.</exception>
    public IReadOnlyDictionary<string, long[]> Shapes(long[] inputShape, IReadOnlyList<string>? wanted = null)
    {
        var plan = PlanFor(inputShape, wanted ?? OutputNames);
        return wanted?.Distinct(StringComparer.Ordinal).ToDictionary(value => value, value => plan.ShapeOf(value).Sizes.ToArray(), StringComparer.Ordinal)
            ?? plan.Known.ToDictionary(value => value.Key, value => value.Value.Sizes.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The axis of a value on which the pictures of a batch follow each other; null: it cannot be proven, or there is none.</summary>
    public int? PictureAxis(long[] inputShape, string value) => PlanFor(inputShape, [value]).ShapeOf(value).Pictures is { Entries: 1 } pictures ? pictures.Axis : null;

    /// <summary>Why values cannot be computed at a shape of the input, in words; null: they can.</summary>
    /// <param name="inputShape">Such as <c>[1, 3, 224, 224]</c>.</param>
    /// <param name="wanted">Names of values; null: all outputs.</param>
    public string? WhyNot(long[] inputShape, IReadOnlyList<string>? wanted = null)
    {
        try
        {
            PlanFor(inputShape, wanted ?? OutputNames);
            return null;
        }
        catch (WeightsFormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>What is computed for values, in order; for tests and reports.</summary>
    public Schedule ScheduleFor(long[] inputShape, IReadOnlyList<string> wanted) => PlanFor(inputShape, wanted).ScheduleFor(wanted);

    /// <summary>What is computed for one channel of a value, in order; for tests and reports.</summary>
    public Schedule ScheduleForChannels(long[] inputShape, string wanted, int axis) => PlanFor(inputShape, [wanted]).ScheduleForChannels(wanted, axis);

    /// <summary>Computes values of given inputs, each node as it comes: nothing is planned, kept or folded, and every input may be read for its numbers.</summary>
    /// <param name="inputs">All of <see cref="Inputs"/>, by name.</param>
    /// <param name="wanted">Names of values; null: all of <see cref="Outputs"/>.</param>
    /// <returns>Each wanted value; they belong to the caller's dispose scope.</returns>
    /// <exception cref="WeightsFormatException">An input is missing, or a node cannot be computed.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string>? wanted = null)
    {
        if (Inputs.FirstOrDefault(input => !inputs.ContainsKey(input.Name)) is { } missing)
        {
            throw new WeightsFormatException($"{_model.Name}: the input '{ErrorText.Shorten(missing.Name)}' was not given.");
        }

        var names = (wanted ?? OutputNames).Select(Existing).Distinct(StringComparer.Ordinal).ToList();
        using var scope = NewDisposeScope();
        var made = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var index in _values.Needed(names, made.ContainsKey))
        {
            var node = _model.Nodes[index];
            var outputs = NodeCall.Compute(new OperatorCall(node, [.. NodeCall.GivenInputs(node).Select(input => input.Length == 0 ? null : Value(input))]) { Device = _device });
            for (var i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] is { } output)
                {
                    made[node.Outputs[i]] = output;
                }
            }
        }

        return names.ToDictionary(name => name, name => Value(name).alias().MoveToOuterDisposeScope(), StringComparer.Ordinal);

        Tensor Value(string name) => made.TryGetValue(name, out var value) ? value : inputs.TryGetValue(name, out var given) ? given : _constants.OnDevice(name);
    }

    /// <summary>Frees all that was kept, and the weights unless others have them too.</summary>
    public void Dispose()
    {
        _plans.ForEach(plan => plan.Dispose());
        _plans.Clear();
        _constants.Dispose();
        if (!_isShared)
        {
            _model.Dispose();
        }
    }

    private IReadOnlyList<string> OutputNames => [.. Outputs.Select(output => output.Name)];

    private string Existing(string value) => _values.Has(value) ? value : throw new WeightsFormatException($"{_model.Name}: has no value '{ErrorText.Shorten(value)}' among those of its {_model.Nodes.Count} nodes.");

    private ShapePlan PlanFor(long[] inputShape, IReadOnlyList<string> wanted)
    {
        foreach (var value in wanted)
        {
            Existing(value);
        }

        var plan = PlanFor(inputShape);
        try
        {
            plan.Require(wanted);
            RequireSameMeaning(plan, wanted);
            return plan;
        }
        catch (WeightsFormatException e) when (Inputs[0].Sizes is { } declared && !Fits(declared, inputShape))
        {
            throw new WeightsFormatException($"{e.Message} The model was exported for {Inputs[0].SizesText}, and was given [{string.Join(", ", inputShape)}].", e);
        }
    }

    private ShapePlan PlanFor(long[] inputShape)
    {
        var known = _plans.FindIndex(plan => plan.InputShape.SequenceEqual(inputShape));
        if (known >= 0)
        {
            var used = _plans[known];
            _plans.RemoveAt(known);
            _plans.Add(used);
            return used;
        }

        RequireInput(inputShape);
        if (_plans.Count >= MostPlans)
        {
            _plans[0].Dispose();
            _plans.RemoveAt(0);
        }

        var isForOne = inputShape.Length > 1 && inputShape[0] > 1 && Inputs[0].Sizes is [1, ..];
        var plan = new ShapePlan(_model, _values, _constants, _device, [.. inputShape], InputType, isForOne ? new ShapePlan(_model, _values, _constants, _device, [1, .. inputShape[1..]], InputType) : null);
        _plans.Add(plan);
        return plan;
    }

    private void RequireInput(long[] inputShape)
    {
        if (Inputs.Count != 1)
        {
            throw new WeightsFormatException($"{_model.Name}: has {Inputs.Count} inputs ({ErrorText.Shorten(string.Join(", ", Inputs.Select(input => input.Name)))}); expected one, the pictures. Export the network with the others fixed.");
        }

        if (inputShape.Any(size => size < 1) || inputShape.Aggregate(1.0, (product, size) => product * size) > TensorBound.MostElements)
        {
            throw new WeightsFormatException($"{_model.Name}: was given pictures of [{string.Join(", ", inputShape)}]; expected sizes of at least 1, and at most {TensorBound.MostElements} numbers together.");
        }

        if (Inputs[0].Sizes is not { } declared)
        {
            return;
        }

        // A batch of one is freed, see ShapePlan; sizes of pictures are as free as the graph is.
        if (declared.Count != inputShape.Length || (declared is [> 1, ..] && declared[0] != inputShape[0]) || (declared.Count == 4 && HasFixedChannels(declared, inputShape)))
        {
            throw new WeightsFormatException($"{_model.Name}: takes {Inputs[0].SizesText}, and was given [{string.Join(", ", inputShape)}].");
        }
    }

    // Channels come second, or in models of TensorFlow last; whichever is small is them.
    private static bool HasFixedChannels(IReadOnlyList<long?> declared, long[] given)
        => declared[1] is <= 4 ? declared[1] != given[1] : declared[3] is <= 4 && declared[3] != given[3];

    private static bool Fits(IReadOnlyList<long?> declared, long[] given) => declared.Count == given.Length && declared.Zip(given, (size, real) => size is null || size == real).All(fits => fits);

    // A Reshape to [-1, 25088] takes a picture of twice the side for four; then a value is no longer one for each picture.
    private void RequireSameMeaning(ShapePlan plan, IReadOnlyList<string> wanted)
    {
        if (Inputs[0].Sizes is not { } declared || declared.Skip(1).Any(size => size is null) || declared.Skip(1).Zip(plan.InputShape.Skip(1), (size, given) => size == given).All(same => same))
        {
            return;
        }

        foreach (var value in wanted.Where(value => _values.LevelOf(value) == ValueLevel.Pixels && plan.ShapeOf(value).Pictures is { Axis: 0, Entries: > 1 }))
        {
            var exported = PlanFor([1, .. declared.Skip(1).Select(size => size!.Value)]);
            exported.Require([value]);
            if (exported.ShapeOf(value).Pictures is { Entries: 1 })
            {
                throw new WeightsFormatException($"{_model.Name}: the value '{ErrorText.Shorten(value)}' has {plan.ShapeOf(value).Pictures!.Entries} entries for each picture at this size instead of one.");
            }
        }
    }
}

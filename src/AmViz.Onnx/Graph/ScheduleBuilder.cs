using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Makes schedules.</summary>
/// <param name="model">Its nodes.</param>
/// <param name="values">Who makes what.</param>
/// <param name="constants">Values that no shape changes.</param>
/// <param name="plan">The graph at the shape of the input; what is wanted was required of it.</param>
internal sealed class ScheduleBuilder(OnnxModel model, GraphValues values, GraphConstants constants, ShapePlan plan)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal) { [model.Inputs[0].Name] = 0 };

    /// <summary>The schedule for some values.</summary>
    public Schedule Build(IReadOnlyList<string> wanted)
        => new(WithFreed(StepsFor(wanted), wanted), _slots.Count, [.. wanted.Select(name => IsOfPixels(name) ? (_slots[name], (Tensor?)null) : (-1, plan.OnDevice(name)))], constants.Device);

    /// <summary>The schedule for one channel of each picture.</summary>
    /// <param name="wanted">A value that depends on pixels, whose first axis is that of the pictures.</param>
    /// <param name="axis">That of its channels.</param>
    public Schedule BuildChannels(string wanted, int axis)
    {
        var steps = StepsFor([wanted]);
        var names = _slots.ToDictionary(slot => slot.Value, slot => slot.Key);
        var rank = plan.ShapeOf(wanted).Sizes.Length;
        var narrowed = new ChannelNarrowing(steps, axis, slot => plan.ShapeOf(names[slot]) is { Pictures: { Axis: 0, Entries: 1 } } shape && shape.Sizes.Length == rank ? shape.Sizes : null).Of(_slots[wanted]);
        var isPicked = !narrowed.Any(step => step.Narrow is not null && step.Targets.Contains(_slots[wanted]));
        return new(WithFreed(narrowed, [wanted]), _slots.Count, [(_slots[wanted], null)], constants.Device) { Channels = new(axis, isPicked) };
    }

    private List<ScheduleStep> StepsFor(IReadOnlyList<string> wanted)
    {
        var indices = values.Needed(wanted.Where(IsOfPixels), name => !IsOfPixels(name));
        NodeFolding[] foldings =
        [
            new ConvolutionFolding(values, constants), new LinearFolding(values, constants), new GeluFolding(values, constants), new AttentionFolding(values, plan), new SelectionFolding(values, constants, plan),
        ];
        foreach (var folding in foldings)
        {
            folding.Find([.. indices.Select(index => model.Nodes[index])], wanted);
        }

        return [.. indices.Where(index => !foldings.Any(folding => folding.IsAbsorbed(model.Nodes[index]))).Select(index => Step(index, foldings))];
    }

    private bool IsOfPixels(string value) => values.LevelOf(value) == ValueLevel.Pixels;

    private ScheduleStep Step(int index, IReadOnlyList<NodeFolding> foldings)
    {
        var node = model.Nodes[index];
        if (foldings.FirstOrDefault(folding => folding.ChainOf(node) is not null) is { } found && found.ChainOf(node) is { } chain)
        {
            return Step(found.Fold(chain), chain[^1].Outputs[0]);
        }

        var inputs = NodeCall.GivenInputs(node);
        var sources = inputs.Select(input => input.Length > 0 && IsOfPixels(input) ? _slots[input] : -1).ToList();
        var kept = inputs.Select((input, i) => input.Length > 0 && !IsOfPixels(input) ? plan.OnDevice(node, i) : null).ToList();
        return new(node, [.. sources], [.. kept], [.. node.Outputs.Select(SlotOf)], [], plan.RememberedOf(index));
    }

    private ScheduleStep Step(FoldedNode folded, string output)
    {
        int[] sources = [.. folded.Inputs.Select(input => _slots[input]), .. folded.Constants.Select(_ => -1)];
        Tensor?[] kept = [.. folded.Inputs.Select(_ => (Tensor?)null), .. folded.Constants];
        return new(folded.Node, sources, kept, [SlotOf(output)], [], []) { Function = folded.Function };
    }

    private int SlotOf(string value)
    {
        if (value.Length == 0)
        {
            return -1;
        }

        _slots.Add(value, _slots.Count);
        return _slots.Count - 1;
    }

    private List<ScheduleStep> WithFreed(IReadOnlyList<ScheduleStep> steps, IReadOnlyList<string> wanted)
    {
        var kept = wanted.Where(IsOfPixels).Select(name => _slots[name]).Append(0).ToHashSet();
        var last = new Dictionary<int, int>();
        for (var i = 0; i < steps.Count; i++)
        {
            // What nobody reads is freed where it was made.
            foreach (var slot in steps[i].Sources.Concat(steps[i].Targets).Where(slot => slot >= 0 && !kept.Contains(slot)))
            {
                last[slot] = i;
            }
        }

        var freed = last.ToLookup(pair => pair.Value, pair => pair.Key);
        return [.. steps.Select((step, i) => step with { Freed = [.. freed[i]] })];
    }
}

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
    {
        var indices = values.Needed(wanted.Where(IsOfPixels), name => !IsOfPixels(name));
        NodeFolding[] foldings = [new ConvolutionFolding(values, constants), new LinearFolding(values, constants), new GeluFolding(values, constants)];
        foreach (var folding in foldings)
        {
            folding.Find([.. indices.Select(index => model.Nodes[index])], wanted);
        }

        var steps = indices.Where(index => !foldings.Any(folding => folding.IsAbsorbed(model.Nodes[index]))).Select(index => Step(index, foldings)).ToList();
        return new(WithFreed(steps, wanted), _slots.Count, [.. wanted.Select(name => IsOfPixels(name) ? (_slots[name], (Tensor?)null) : (-1, plan.OnDevice(name)))], constants.Device);
    }

    private bool IsOfPixels(string value) => values.LevelOf(value) == ValueLevel.Pixels;

    private ScheduleStep Step(int index, IReadOnlyList<NodeFolding> foldings)
    {
        var node = model.Nodes[index];
        var inputs = NodeCall.GivenInputs(node);
        var sources = inputs.Select(input => input.Length > 0 && IsOfPixels(input) ? _slots[input] : -1).ToList();
        var kept = inputs.Select((input, i) => input.Length > 0 && !IsOfPixels(input) ? plan.OnDevice(node, i) : null).ToList();
        if (foldings.FirstOrDefault(folding => folding.ChainOf(node) is not null) is not { } found || found.ChainOf(node) is not { } chain)
        {
            return new(node, [.. sources], [.. kept], [.. node.Outputs.Select(SlotOf)], [], plan.RememberedOf(index));
        }

        var folded = found.Fold(chain);
        return new(folded.Node, [_slots[folded.Input], .. folded.Constants.Select(_ => -1)], [null, .. folded.Constants], [SlotOf(chain[^1].Outputs[0])], [], []);
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

    private List<ScheduleStep> WithFreed(List<ScheduleStep> steps, IReadOnlyList<string> wanted)
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

using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>Finds the steps of a schedule that need be computed for one channel of each picture alone, where that is all that is wanted of the last value.</summary>
/// <remarks>What works value by value passes the wish on to what it reads; linear maps and convolutions save the arithmetic of the other channels. What something else reads as a whole is computed as a whole.</remarks>
/// <param name="steps">As they are for all channels.</param>
/// <param name="axis">That of the channels; the first axis is that of the pictures.</param>
/// <param name="shapes">Of the values in each slot; null: it has other axes than the wanted value.</param>
internal sealed class ChannelNarrowing(IReadOnlyList<ScheduleStep> steps, int axis, Func<int, long[]?> shapes)
{
    private static readonly HashSet<string> ValueByValue = new(
        ["Add", "Celu", "Elu", "Erf", "Gelu", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Mish", "Mul", "Relu", "Selu", "Sigmoid", "Softplus", "Softsign", "Sub", "Sum", "Tanh"], StringComparer.Ordinal);

    private readonly Dictionary<int, int> _makers = steps.SelectMany((step, index) => step.Targets.Where(slot => slot >= 0).Select(slot => (slot, index))).ToDictionary(made => made.slot, made => made.index);

    private readonly HashSet<int> _whole = [];

    private readonly HashSet<int> _narrow = [];

    /// <summary>The same steps, some of them narrow.</summary>
    /// <param name="wanted">Slot of the value of which channels are wanted.</param>
    public IReadOnlyList<ScheduleStep> Of(int wanted)
    {
        AddNarrow(wanted);
        _narrow.ExceptWith(_whole);
        return [.. steps.Select((step, index) => _narrow.Contains(index) ? step with { Narrow = Narrowed(step) } : step)];
    }

    private void AddNarrow(int slot)
    {
        if (!_makers.TryGetValue(slot, out var index))
        {
            return;
        }

        var step = steps[index];
        if (OwnOf(step) is null && !IsValueByValue(step))
        {
            AddWhole(slot);
        }
        else if (_narrow.Add(index))
        {
            foreach (var source in step.Sources.Where(source => source >= 0))
            {
                if (OwnOf(step) is null)
                {
                    AddNarrow(source);
                }
                else
                {
                    AddWhole(source);
                }
            }
        }
    }

    private void AddWhole(int slot)
    {
        var open = new Stack<int>([slot]);
        while (open.TryPop(out var next))
        {
            if (_makers.TryGetValue(next, out var index) && _whole.Add(index))
            {
                foreach (var source in steps[index].Sources.Where(source => source >= 0))
                {
                    open.Push(source);
                }
            }
        }
    }

    // Of several slots all must have the same shape, so that nothing is stretched along the channels.
    private bool IsValueByValue(ScheduleStep step)
        => ValueByValue.Contains(step.Node.Operator) && step.Function is null && step.Sources.All(source => source >= 0) && step.Targets is [var target]
            && shapes(target) is { } shape && step.Sources.All(source => shapes(source) is { } read && read.AsSpan().SequenceEqual(shape));

    private Func<OperatorCall, Tensor, Tensor>? OwnOf(ScheduleStep step)
    {
        if (step.Targets is not [var target] || shapes(target) is not { } shape || step.Sources is not [>= 0, ..] || step.Sources.Skip(1).Any(source => source >= 0) || step.Fixed is not [_, { } weight, ..])
        {
            return null;
        }

        return step.Node.Operator switch
        {
            "MatMul" when step.Function is not null && shape.Length == 3 && axis == 2 => ChannelOperators.OfLinearMap,
            "Conv" when shape.Length == 4 && axis == 1 && weight.dim() == 4 && step.Node.Attributes.Integer("group", 1) == 1 => ChannelOperators.OfConvolution,
            _ => null,
        };
    }

    private NarrowStep Narrowed(ScheduleStep step)
        => OwnOf(step) is { } own ? new(own, []) : new(null, [.. step.Sources.Select(source => !_makers.TryGetValue(source, out var maker) || _whole.Contains(maker))]);
}

using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx;

/// <summary>One node of a schedule.</summary>
/// <param name="Node">What is computed.</param>
/// <param name="Sources">For each input the slot of a value that depends on pixels, or -1.</param>
/// <param name="Fixed">For each input a tensor that stays the same; null: it has a slot, or is left out.</param>
/// <param name="Targets">For each output its slot, or -1.</param>
/// <param name="Freed">Slots that nobody reads after this.</param>
/// <param name="Remembered">Numbers that the node has read of inputs that stay the same.</param>
internal sealed record ScheduleStep(OnnxNode Node, int[] Sources, Tensor?[] Fixed, int[] Targets, int[] Freed, Dictionary<int, object> Remembered)
{
    /// <summary>How it is computed; null: by the rule of the node's operator.</summary>
    public OperatorFunction? Function { get; init; }

    /// <summary>How one channel for each picture is computed; null: all are.</summary>
    public NarrowStep? Narrow { get; init; }
}

/// <summary>What is given of a value for one channel of each picture.</summary>
/// <param name="Axis">The axis of the channels.</param>
/// <param name="IsPicked">Whether the value has all of them, and they are picked at the end.</param>
internal sealed record ChannelResult(int Axis, bool IsPicked);

/// <summary>A step that is computed for one channel of each picture.</summary>
/// <param name="Own">Computes it of all that it reads; null: it is computed as ever, of one channel of everything.</param>
/// <param name="Picks">For each source, where it is computed as ever: whether the channel has to be picked out of all.</param>
internal sealed record NarrowStep(Func<OperatorCall, Tensor, Tensor>? Own, bool[] Picks);

/// <summary>What must be computed for some values at one shape of the input, in order; nothing else is.</summary>
/// <param name="steps">Each after those that it needs.</param>
/// <param name="slots">Number of slots; the first is the input.</param>
/// <param name="results">For each wanted value its slot, or a tensor that stays the same.</param>
/// <param name="device">Where the network lies.</param>
internal sealed class Schedule(IReadOnlyList<ScheduleStep> steps, int slots, IReadOnlyList<(int Slot, Tensor? Fixed)> results, Device device)
{
    /// <summary>How one channel for each picture is given; null: all are.</summary>
    public ChannelResult? Channels { get; init; }

    /// <summary>What is computed, for tests and reports.</summary>
    public IReadOnlyList<ScheduleStep> Steps => steps;

    /// <summary>Computes the wanted values.</summary>
    /// <param name="input">Of the shape that the schedule was made for.</param>
    /// <param name="rectify">See <see cref="OperatorCall.Rectify"/>; null: plainly.</param>
    /// <param name="channels">The channel of each picture, <c>[N]</c>, int64; where <see cref="Channels"/> are given.</param>
    /// <returns>In the order in which they were wanted; they belong to the caller's dispose scope.</returns>
    public Tensor[] Run(Tensor input, Func<Tensor, double, Tensor>? rectify, Tensor? channels = null)
    {
        using var scope = NewDisposeScope();
        var made = new Tensor?[slots];
        made[0] = input;
        foreach (var step in steps)
        {
            var outputs = Compute(step, made, rectify, channels);
            for (var i = 0; i < step.Targets.Length; i++)
            {
                if (step.Targets[i] >= 0)
                {
                    made[step.Targets[i]] = outputs[i];
                }
                else
                {
                    outputs[i]?.Dispose();
                }
            }

            foreach (var slot in step.Freed)
            {
                made[slot]!.Dispose();
                made[slot] = null;
            }
        }

        return [.. results.Select(result => Result(result.Slot >= 0 ? made[result.Slot]! : result.Fixed!).alias().MoveToOuterDisposeScope())];

        Tensor Result(Tensor value) => Channels is { IsPicked: true } whole ? ChannelOperators.Pick(value, whole.Axis, channels!) : value;
    }

    private Tensor?[] Compute(ScheduleStep step, Tensor?[] made, Func<Tensor, double, Tensor>? rectify, Tensor? channels)
    {
        var inputs = new Tensor?[step.Sources.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = step.Sources[i] < 0 ? step.Fixed[i]
                : step.Narrow is { Own: null } narrow && narrow.Picks[i] ? ChannelOperators.Pick(made[step.Sources[i]]!, Channels!.Axis, channels!)
                : made[step.Sources[i]];
        }

        var call = rectify is null ? new OperatorCall(step.Node, inputs, step.Remembered) { Device = device } : new OperatorCall(step.Node, inputs, step.Remembered) { Device = device, Rectify = rectify };
        return NodeCall.Compute(call, step.Narrow is { Own: { } own } ? one => [own(one, channels!)] : step.Function);
    }
}

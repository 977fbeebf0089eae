using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Onnx;

/// <summary>One call of an operator while a graph runs: the node and what it reads.</summary>
/// <remarks>
/// What depends on nothing but constants and the shape of the pictures is computed once for a shape, and lies on the CPU; <see cref="Integers"/> and <see cref="Number"/>
/// remember what they read of such inputs. Everything else lies on the network's device.
/// </remarks>
/// <param name="node">What is called.</param>
/// <param name="inputs">What it reads, in the order of <see cref="OnnxNode.Inputs"/>; null: left out.</param>
/// <param name="constants">What was read of inputs that stay the same from run to run, by their place; null: nothing is remembered.</param>
internal sealed class OperatorCall(OnnxNode node, IReadOnlyList<Tensor?> inputs, IDictionary<int, object>? constants = null)
{
    /// <summary>What is called.</summary>
    public OnnxNode Node => node;

    /// <summary>Settings of the node.</summary>
    public OnnxAttributes Attributes => node.Attributes;

    /// <summary>Inputs, those that are left out at the end not counted.</summary>
    public int Count => inputs.Count;

    /// <summary>Where the network lies.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Inputs whose numbers can be read while <see cref="this[int]"/> has only their shape, by their place; null: numbers are read of the inputs themselves.</summary>
    public IReadOnlyList<Tensor?>? Readable { get; init; }

    /// <summary>Places of inputs that depend on pixels, whose numbers must not be read: they would be those of no picture. Null: all may be read.</summary>
    public IReadOnlyCollection<int>? FromPixels { get; init; }

    /// <summary>
    /// max(0, x), and with a ceiling min(max(0, x), ceiling). A run may let gradients through it that it would stop, see <c>INetwork.Forward</c> of AmViz.Models; values are the same.
    /// </summary>
    public Func<Tensor, double, Tensor> Rectify { get; init; } = static (x, ceiling) => double.IsPositiveInfinity(ceiling) ? F.relu(x) : x.clamp(HeldScalars.Zero, HeldScalars.Of(ceiling));

    /// <summary>An input that must be there.</summary>
    public Tensor this[int index] => Optional(index) ?? throw node.Refuse($"lacks its input {index}. Export the network again.");

    /// <summary>An input; null: left out.</summary>
    public Tensor? Optional(int index) => index < inputs.Count ? inputs[index] : null;

    /// <summary>All numbers of an input of whole numbers, such as a shape or axes.</summary>
    public long[] Integers(int index) => OptionalIntegers(index) ?? throw node.Refuse($"lacks its input {index}. Export the network again.");

    /// <summary>All numbers of an input of whole numbers; null: left out.</summary>
    public long[]? OptionalIntegers(int index)
        => ReadableInput(index) is not { } input ? null : Remember(index, () => Read(input));

    /// <summary>All numbers of an input of fractions; null: left out.</summary>
    public double[]? OptionalNumbers(int index)
    {
        if (ReadableInput(index) is not { } input)
        {
            return null;
        }

        return Remember(index, () =>
        {
            using var scope = NewDisposeScope();
            return input.to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        });
    }

    /// <summary>The one number of an input.</summary>
    public double Number(int index, double preset) => OptionalNumbers(index) switch
    {
        null or [] => preset,
        [var one] => one,
        var many => throw node.Refuse($"has {many.Length} numbers as input {index}; expected one. Export the network again."),
    };

    /// <summary>A place counted from the end where it is negative.</summary>
    /// <param name="axis">From -<paramref name="rank"/> to <paramref name="rank"/> - 1.</param>
    /// <param name="rank">Number of axes.</param>
    public int Axis(long axis, long rank)
        => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw node.Refuse($"names axis {axis} of a tensor of {rank} axes. Export the network again.");

    private Tensor? ReadableInput(int index) => FromPixels?.Contains(index) == true
        ? throw node.Refuse($"needs the numbers of its input {index} beforehand, but they depend on the pixels. Export the network for one size of pictures, so that they are fixed.")
        : Readable is not null && index < Readable.Count ? Readable[index] ?? Optional(index) : Optional(index);

    private static long[] Read(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        return numbers.to_type(ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
    }

    private T Remember<T>(int index, Func<T> read)
        where T : class
    {
        if (constants is null)
        {
            return read();
        }

        if (constants.TryGetValue(index, out var known) && known is T same)
        {
            return same;
        }

        var found = read();
        constants[index] = found;
        return found;
    }
}

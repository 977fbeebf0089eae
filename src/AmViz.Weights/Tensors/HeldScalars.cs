using System.Collections.Concurrent;
using TorchSharp;

namespace AmViz.Weights;

/// <summary>Numbers for torch that live as long as the process.</summary>
/// <remarks>
/// TorchSharp passes a <see cref="Scalar"/> to torch as a bare pointer and lets go of it. A number that it makes for itself, as in
/// <c>x * 2</c>, <c>x + y</c> or <c>x.add_(y)</c> (which hide a factor of 1), may be freed by the finalizer thread while torch reads it: any garbage
/// collection on another thread can end in "Unknown scalar type", or in a wrong number without a word. In whatever runs beside
/// other threads, numbers are therefore held here, in a field, or by <c>using</c>.
/// </remarks>
public static class HeldScalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Numbers = new();

    private static readonly ConcurrentDictionary<long, Scalar> Integers = new();

    /// <summary>0.</summary>
    public static Scalar Zero { get; } = 0;

    /// <summary>1.</summary>
    public static Scalar One { get; } = 1;

    /// <summary>2.</summary>
    public static Scalar Two { get; } = 2;

    /// <summary>A number that a network was saved with. Each is held for good, so this is not for numbers that change from step to step.</summary>
    public static Scalar Of(double number) => Numbers.GetOrAdd(number, static value => value);

    /// <summary>The same for whole numbers: beside a tensor of whole numbers a fraction would make fractions of it.</summary>
    public static Scalar Of(long number) => Integers.GetOrAdd(number, static value => value);
}

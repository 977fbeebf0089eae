using TorchSharp;

namespace AmViz.Models;

/// <summary>Numbers for torch that live as long as the process.</summary>
/// <remarks>
/// TorchSharp passes a <see cref="Scalar"/> to torch as a bare pointer and lets go of it. A number that it makes for itself, as in
/// <c>x * 2</c>, <c>x + y</c> or <c>x.add_(y)</c> (which hide a factor of 1), may be freed by the finalizer thread while torch reads it: any garbage
/// collection on another thread can end in "Unknown scalar type", or in a wrong number without a word. In whatever runs beside
/// other threads, numbers are therefore held here, in a field, or by <c>using</c>.
/// </remarks>
public static class HeldScalars
{
    /// <summary>0.</summary>
    public static Scalar Zero { get; } = 0;

    /// <summary>1.</summary>
    public static Scalar One { get; } = 1;

    /// <summary>2.</summary>
    public static Scalar Two { get; } = 2;
}

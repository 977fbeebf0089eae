using TorchSharp.Modules;

namespace AmViz.Maximization;

/// <summary>The rules that turn grad_z f into a step.</summary>
internal static class Optimizers
{
    /// <summary>An optimizer of <paramref name="coefficients"/>, which it updates in place.</summary>
    public static IOptimizer Create(OptimizerSettings settings, Parameter coefficients) => settings.Kind switch
    {
        OptimizerKind.Adam => new AdamAscent(settings, coefficients),
        OptimizerKind.GradientAscent => new PlainAscent(settings, coefficients),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown optimizer."),
    };
}

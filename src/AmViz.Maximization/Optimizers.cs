using AmViz.Sweeps;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>The rules that turn grad_z f into a step: torch's own, told to ascend.</summary>
internal static class Optimizers
{
    /// <summary>An optimizer of <paramref name="coefficients"/>, which it updates in place.</summary>
    public static optim.Optimizer Create(OptimizerSettings settings, Parameter coefficients) => settings.Kind switch
    {
        OptimizerKind.Adam => optim.Adam([coefficients], settings.LearningRate, settings.Beta1, settings.Beta2, settings.Epsilon, maximize: true),
        OptimizerKind.GradientAscent => optim.SGD([coefficients], settings.LearningRate, maximize: true),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown optimizer."),
    };
}

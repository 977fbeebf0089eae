using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Finds the images that an ascent could not begin with: those whose objective is exactly zero, as behind a ReLU that is silent at the start image.</summary>
/// <remarks>
/// At their first steps the gradient is let through the ReLUs that stop it (lucid, misc/redirected_relu_grad.py). Each image is looked at by itself, so
/// that it does not matter what it is drawn with.
/// </remarks>
/// <param name="steps">First steps at which it is done; 0: never.</param>
internal sealed class GradientRedirection(int steps)
{
    /// <summary>Whether it may be done at a step.</summary>
    /// <param name="step">From 0.</param>
    public bool IsDue(int step) => step < steps;

    /// <summary>The images whose gradient is to be redirected.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="objective"><c>[N]</c>.</param>
    /// <returns><c>[N]</c>, bool; null if there are none.</returns>
    public Tensor? Silent(int step, Tensor objective)
    {
        if (!IsDue(step))
        {
            return null;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var silent = objective.eq(HeldScalars.Zero);
        return silent.any().item<bool>() ? silent.MoveToOuterDisposeScope() : null;
    }
}

using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Watches an ascent: keeps the trajectory of every image and tells the living from the dead.</summary>
/// <remarks>
/// A channel is dead if its coefficients have not moved at all: with a gradient of exactly zero neither optimizer moves
/// them. The device is asked for numbers only at kept steps, so that it is not held up at every step.
/// </remarks>
internal sealed class AscentMonitor
{
    private readonly ObjectiveKind _kind;
    private readonly Tensor _start;              // z0
    private readonly float[] _initial;
    private readonly int _interval;
    private readonly int _steps;
    private readonly List<TrajectoryPoint>[] _points;

    /// <summary>Starts watching.</summary>
    /// <param name="kind">What is maximized, for the record.</param>
    /// <param name="coefficients">z0, <c>[N, ...]</c>.</param>
    /// <param name="initial">Objective of the first images without transforms, <c>[N]</c>.</param>
    /// <param name="recipe">Number of steps, and every how many one is kept.</param>
    public AscentMonitor(ObjectiveKind kind, Tensor coefficients, Tensor initial, RenderRecipe recipe)
    {
        _kind = kind;
        _start = coefficients.detach().clone();
        _initial = Numbers(initial);
        (_interval, _steps) = (recipe.TrajectoryInterval, recipe.Steps);
        _points = [.. _initial.Select(_ => new List<TrajectoryPoint>())];
    }

    /// <summary>Whether no image of the batch can become a picture any more.</summary>
    public bool IsHopeless { get; private set; }

    /// <summary>Whether <paramref name="step"/> is one to keep: every k-th and the last.</summary>
    public bool Keeps(int step) => step % _interval == 0 || step == _steps - 1;

    /// <summary>Keeps a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="objective">As the ascent saw it, <c>[N]</c>.</param>
    /// <param name="coefficients">After the step.</param>
    public void Keep(int step, Tensor objective, Tensor coefficients)
    {
        var values = Numbers(objective);
        for (var n = 0; n < values.Length; n++)
        {
            _points[n].Add(new(step, values[n]));
        }

        IsHopeless = Outcomes(coefficients, values).All(outcome => outcome != ChannelOutcome.Rendered);
    }

    /// <summary>What became of every image.</summary>
    /// <param name="images">x*, <c>[N, 3, H, W]</c>.</param>
    /// <param name="coefficients">zN.</param>
    /// <param name="objective">Objective of x*, <c>[N]</c>.</param>
    public IReadOnlyList<MaximizedImage> Finish(Tensor images, Tensor coefficients, Tensor objective)
    {
        var final = Numbers(objective);
        var outcomes = Outcomes(coefficients, final);
        var planes = Numbers(images);
        var length = planes.Length / final.Length;
        return [.. outcomes.Select((outcome, n) => new MaximizedImage(
            outcome,
            new(_kind, _initial[n], final[n], _points[n]),
            outcome == ChannelOutcome.Rendered ? planes[(n * length)..((n + 1) * length)] : []))];
    }

    private ChannelOutcome[] Outcomes(Tensor coefficients, float[] objectives)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var moved = (coefficients != _start).flatten(1).any(1).cpu().data<bool>().ToArray();
        var finite = coefficients.isfinite().flatten(1).all(1).cpu().data<bool>().ToArray();
        return [.. objectives.Select((objective, n) => (moved[n], finite[n] && float.IsFinite(objective)) switch
        {
            (_, false) => ChannelOutcome.NotFinite,
            (false, _) => ChannelOutcome.Dead,
            _ => ChannelOutcome.Rendered,
        })];
    }

    private static float[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}

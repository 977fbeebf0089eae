using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Watches an ascent: keeps the trajectory of every image and tells the living from the dead.</summary>
/// <remarks>
/// A channel is dead if its coefficients have not moved at all: with a gradient of exactly zero neither optimizer moves
/// them. It is dead as well if they have moved and its objective has not, as that of a trained filter whose weights are
/// all but zero: Adam steps along any gradient above 1e-8 or so, and the picture would be the start image.
/// The device is asked for numbers only at kept steps, so that it is not held up at every step.
/// <para>
/// An image that is given up stays so, whatever becomes of it while the rest of its batch goes on: what is told of it must not depend on
/// what it is drawn with.
/// </para>
/// </remarks>
internal sealed class AscentMonitor
{
    // Of an objective, relative: what sums in float32 err by.
    private const float LeastChange = 1e-6f;

    // Steps, each with its own draw of the transforms, in which an image may still come to life.
    private const int Patience = 16;

    private readonly ObjectiveKind _kind;
    private readonly Tensor _start;              // z0
    private readonly float[] _initial;
    private readonly int _interval;
    private readonly int _steps;
    private readonly List<TrajectoryPoint>[] _points;
    private readonly GivenUp?[] _givenUp;

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
        _givenUp = new GivenUp?[_initial.Length];
    }

    /// <summary>Whether no image of the batch can become a picture any more.</summary>
    public bool IsHopeless => _givenUp.All(image => image is not null);

    /// <summary>Whether <paramref name="step"/> is one to keep: every k-th and the last.</summary>
    public bool Keeps(int step) => step % _interval == 0 || step == _steps - 1;

    /// <summary>Steps below <paramref name="step"/>, which is not past the last one, that were kept.</summary>
    public int KeptBefore(int step) => (step + _interval - 1) / _interval;

    /// <summary>What was kept of an image so far.</summary>
    public IReadOnlyList<TrajectoryPoint> PointsOf(int image) => _points[image];

    /// <summary>Whether and when an image was given up.</summary>
    public GivenUp? GivenUpOf(int image) => _givenUp[image];

    /// <summary>Takes over what was kept of an image.</summary>
    /// <param name="image">Place in the batch.</param>
    /// <param name="objectives">Values at the first kept steps.</param>
    /// <param name="givenUp">Whether and when it was given up.</param>
    public void Restore(int image, ReadOnlySpan<float> objectives, GivenUp? givenUp)
    {
        _givenUp[image] = givenUp;
        _points[image].Clear();
        for (var i = 0; i < objectives.Length; i++)
        {
            _points[image].Add(new(i * _interval, objectives[i]));
        }
    }

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

        var outcomes = Outcomes(coefficients, values);
        for (var n = 0; n < values.Length; n++)
        {
            if (outcomes[n] == ChannelOutcome.NotFinite || (outcomes[n] == ChannelOutcome.Dead && step >= Patience))
            {
                _givenUp[n] ??= new(outcomes[n], _points[n].Count);
            }
        }
    }

    /// <summary>What became of every image.</summary>
    /// <param name="images">x*, <c>[N, C, H, W]</c>.</param>
    /// <param name="coefficients">zN.</param>
    /// <param name="objective">Objective of x*, <c>[N]</c>.</param>
    /// <param name="opacity">How opaque each pixel is, <c>[N, H, W]</c>; null if all are.</param>
    public IReadOnlyList<MaximizedImage> Finish(Tensor images, Tensor coefficients, Tensor objective, Tensor? opacity)
    {
        var final = Numbers(objective);
        var outcomes = Outcomes(coefficients, final)
            .Select((outcome, n) => _givenUp[n]?.Outcome ?? (outcome == ChannelOutcome.Rendered && IsUnmoved(n, final[n]) ? ChannelOutcome.Dead : outcome));
        var planes = Numbers(images);
        var opacities = opacity is null ? null : Numbers(opacity);
        return [.. outcomes.Select((outcome, n) => new MaximizedImage(
            outcome,
            _givenUp[n] is { } givenUp
                ? new(_kind, _initial[n], _points[n][givenUp.Points - 1].Objective, _points[n][..givenUp.Points])
                : new(_kind, _initial[n], final[n], _points[n]),
            outcome == ChannelOutcome.Rendered ? Part(planes, n) : [])
            {
                Opacity = opacities is null ? null : Part(opacities, n),
            })];

        float[] Part(float[] all, int n)
        {
            var length = all.Length / final.Length;
            return all[(n * length)..((n + 1) * length)];
        }
    }

    /// <summary>Whether the objective was the same all the way. Asked at the end only: many an ascent begins on a plateau.</summary>
    private bool IsUnmoved(int image, float final)
    {
        float[] seen = [_initial[image], final, .. _points[image].Select(point => point.Objective)];
        return seen.Max() - seen.Min() <= LeastChange * seen.Max(MathF.Abs);
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

/// <summary>That an image was given up while its batch went on.</summary>
/// <param name="Outcome">Dead or not finite.</param>
/// <param name="Points">Points of its trajectory up to then, at least 1.</param>
internal readonly record struct GivenUp(ChannelOutcome Outcome, int Points);

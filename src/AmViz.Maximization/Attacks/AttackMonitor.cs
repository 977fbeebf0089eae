using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Watches an attack: of every image it keeps the rounded picture that fools the network by the widest margin.</summary>
/// <remarks>
/// What counts is the picture of 8 bits, since that is what is saved. An image that fools the network when its
/// <see cref="AttackSettings.Steps"/> are over is left as it is, so that its picture does not depend on slower neighbours.
/// </remarks>
internal sealed class AttackMonitor
{
    private readonly INetwork _network;
    private readonly int _steps;
    private readonly EightBitGrid _grid;
    private readonly int[] _targets;
    private readonly Tensor _kept;               // [N, C, H, W], belongs to the scope of the attack
    private readonly KeptPicture[] _pictures;
    private readonly int?[] _stepsToSuccess;

    /// <summary>Starts watching.</summary>
    /// <param name="network">What is to be fooled.</param>
    /// <param name="settings">Epsilon and the number of steps.</param>
    /// <param name="originals"><c>[N, C, H, W]</c>.</param>
    /// <param name="targets"><c>[N]</c>, int64.</param>
    public AttackMonitor(INetwork network, AttackSettings settings, Tensor originals, Tensor targets)
    {
        (_network, _steps) = (network, settings.Steps);
        _grid = new(originals, settings.Epsilon);
        _targets = [.. targets.cpu().data<long>().Select(target => (int)target)];
        _kept = originals.clone();
        _pictures = [.. _targets.Select(_ => new KeptPicture(Step: 0, float.NegativeInfinity))];
        _stepsToSuccess = new int?[_targets.Length];
    }

    /// <summary>Whether every image has had its steps and fools the network.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Looks at the images after a step.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="x"><c>[N, C, H, W]</c>.</param>
    public void Look(int step, Tensor x)
    {
        using var scope = NewDisposeScope();
        var rounded = _grid.Round(x);
        var margins = Margins(rounded);
        for (var n = 0; n < margins.Length; n++)
        {
            var isOver = step > _steps && _pictures[n].Fools;
            if (!isOver && margins[n] > _pictures[n].Margin)
            {
                _pictures[n] = new(step, margins[n]);
                _kept.select(0, n).copy_(rounded.select(0, n));
                _stepsToSuccess[n] ??= _pictures[n].Fools ? step : null;
            }
        }

        IsDone = step >= _steps && _pictures.All(picture => picture.Fools);
    }

    /// <summary>What became of every image.</summary>
    /// <param name="x">The images after the last step.</param>
    public IReadOnlyList<AttackedImage> Finish(Tensor x)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var margins = Margins(x);
        var planes = _kept.cpu().contiguous().data<float>().ToArray();
        var length = planes.Length / _targets.Length;
        return [.. _pictures.Select((picture, n) => new AttackedImage(
            planes[(n * length)..((n + 1) * length)], _stepsToSuccess[n], picture.Step, picture.Fools || margins[n] > 0))];
    }

    /// <summary>By how much the target's logit is above all others; below 0 the network sees something else.</summary>
    internal static float Margin(ReadOnlySpan<float> logits, int target)
    {
        var others = float.NegativeInfinity;
        for (var c = 0; c < logits.Length; c++)
        {
            others = c == target ? others : MathF.Max(others, logits[c]);
        }

        return logits[target] - others;
    }

    private float[] Margins(Tensor images)
    {
        var logits = _network.Forward(images, NetworkDescription.Logits);                        // [N, classes]
        var classes = (int)logits.shape[1];
        var values = logits.cpu().contiguous().data<float>().ToArray();
        return [.. _targets.Select((target, n) => Margin(values.AsSpan(n * classes, classes), target))];
    }

    private readonly record struct KeptPicture(int Step, float Margin)
    {
        public bool Fools => Margin > 0;
    }
}

/// <summary>One image of a finished attack.</summary>
/// <param name="Planes">The kept picture, multiples of 1/255 in [0, 1], plane after plane, <c>[C H W]</c>.</param>
/// <param name="StepsToSuccess">Steps after which the picture of 8 bits first fooled the network; null if it never did.</param>
/// <param name="Steps">Steps of the kept picture.</param>
/// <param name="UnroundedFools">Whether at least the unrounded image fools the network.</param>
internal sealed record AttackedImage(float[] Planes, int? StepsToSuccess, int Steps, bool UnroundedFools);

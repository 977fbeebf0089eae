using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Adversarial examples by activation maximization (Zhu and Cangelosi, section 4.4): the objective climbs from a photograph and stays near it.</summary>
/// <param name="network">f, frozen.</param>
internal sealed class TargetedAttack(INetwork network)
{
    /// <summary>Perturbs a batch of images together, each towards a class of its own.</summary>
    /// <param name="settings">Table 2.</param>
    /// <param name="originals">x_orig, <c>[N, C, H, W]</c> in [0, 1], every value a multiple of 1/255.</param>
    /// <param name="targets">t, <c>[N]</c>, int64.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public IReadOnlyList<AttackedImage> Perturb(
        AttackSettings settings, Tensor originals, Tensor targets, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        using var batch = NewDisposeScope();
        using Scalar minusLambda = -settings.Lambda;
        var classLogit = Objective.Logit();
        var ball = new EpsilonBall(originals, settings.Epsilon);
        var monitor = new AttackMonitor(network, settings, originals, targets);
        var x = originals.clone();

        for (var step = 1; step <= settings.MaxSteps && !monitor.IsDone; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using Scalar alpha = settings.AlphaAt(step);
            x.requires_grad = true;
            var f = classLogit.Evaluate(network, x, targets);                                    // f_t(x)
            var tv = TotalVariation.Of(x.sub(originals));                                        // TV(x - x_orig)
            f.add(tv, minusLambda).sum().backward();                                             // grad_x f_t(x) - lambda TV(x - x_orig)
            using (no_grad())
            {
                x.add_(x.grad!, alpha);                                                          // x <- x + alpha * grad
                ball.Project(x);                                                                 // L-infinity ball of radius epsilon
                x.clamp_(HeldScalars.Zero, HeldScalars.One);                                     // clip to [0, 1]
                x.grad = null;
                monitor.Look(step, x);
            }

            progress?.Report(new(step, settings.Steps));
            GC.Collect(generation: 0);           // wrappers of freed tensors: too small to wake the collector
        }

        return monitor.Finish(x);
    }
}

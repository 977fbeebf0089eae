using AmViz.Sweeps;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Plain gradient ascent: z &lt;- z + eta * grad, as Algorithm 1 and equation 2 write it.</summary>
internal sealed class PlainAscent(OptimizerSettings settings, Parameter z) : IOptimizer
{
    private readonly Scalar _eta = settings.LearningRate;

    public void zero_grad() => z.grad?.zero_();

    public void step()
    {
        using var frozen = no_grad();
        if (z.grad is { } gradient)
        {
            z.add_(gradient, _eta);
        }
    }

    public void Dispose() => _eta.Dispose();
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Plain gradient ascent: z &lt;- z + eta * grad, as Algorithm 1 and equation 2 write it.</summary>
internal sealed class PlainAscent(OptimizerSettings settings, Parameter z) : IOptimizer
{
    private readonly Scalar _eta = settings.LearningRate;

    public IReadOnlyList<Tensor> Moments => [];

    public int StepCount { get; set; }

    public void zero_grad() => z.grad = null;

    public void step()
    {
        using var frozen = no_grad();
        if (z.grad is { } gradient)
        {
            z.add_(gradient, _eta);
            StepCount++;
        }
    }

    public void Dispose() => _eta.Dispose();
}

using AmViz.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Adam (Kingma and Ba 2015, Algorithm 1), on ascent.</summary>
internal sealed class AdamAscent : IOptimizer
{
    private readonly OptimizerSettings _settings;
    private readonly Parameter _z;
    private readonly Tensor _m;                   // mean of gradients
    private readonly Tensor _v;                   // mean of squared gradients
    private readonly Scalar _beta1;
    private readonly Scalar _beta2;
    private readonly Scalar _rest1;               // 1 - beta1
    private readonly Scalar _rest2;
    private readonly Scalar _epsilon;

    public AdamAscent(OptimizerSettings settings, Parameter z)
    {
        (_settings, _z) = (settings, z);
        (_m, _v) = (zeros_like(z).DetachFromDisposeScope(), zeros_like(z).DetachFromDisposeScope());
        (_beta1, _beta2, _epsilon) = (settings.Beta1, settings.Beta2, settings.Epsilon);
        (_rest1, _rest2) = (1 - settings.Beta1, 1 - settings.Beta2);
    }

    public IReadOnlyList<Tensor> Moments => [_m, _v];

    public int StepCount { get; set; }

    /// <summary>Lets go of the gradient: the next one takes its place without being added to zeros.</summary>
    public void zero_grad() => _z.grad = null;

    public void step()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        if (_z.grad is not { } gradient)
        {
            return;
        }

        var t = ++StepCount;
        using Scalar correction = Math.Sqrt(1 - Math.Pow(_settings.Beta2, t));
        using Scalar eta = _settings.LearningRate / (1 - Math.Pow(_settings.Beta1, t));
        _m.mul_(_beta1).add_(gradient, _rest1);
        _v.mul_(_beta2).addcmul_(gradient, gradient, _rest2);
        _z.addcdiv_(_m, _v.sqrt().div_(correction).add_(_epsilon, HeldScalars.One), eta);
    }

    public void Dispose()
    {
        _m.Dispose();
        _v.Dispose();
        foreach (var number in (Scalar[])[_beta1, _beta2, _rest1, _rest2, _epsilon])
        {
            number.Dispose();
        }
    }
}

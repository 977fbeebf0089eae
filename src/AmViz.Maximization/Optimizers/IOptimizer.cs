using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Moves coefficients up their gradient.</summary>
/// <remarks>Not torch's own optimizers: those make numbers that nobody holds, see <see cref="HeldScalars"/>.</remarks>
internal interface IOptimizer : IDisposable
{
    /// <summary>What it remembers of former gradients: each <c>[N, ...]</c>, as the coefficients.</summary>
    IReadOnlyList<Tensor> Moments { get; }

    /// <summary>Steps taken.</summary>
    int StepCount { get; set; }

    /// <summary>Forgets the gradient.</summary>
    void zero_grad();

    /// <summary>z &lt;- z + eta * direction, in place. Without a gradient nothing moves.</summary>
    void step();
}

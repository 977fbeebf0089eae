namespace AmViz.Maximization;

/// <summary>Moves coefficients up their gradient.</summary>
/// <remarks>Not torch's own optimizers: those make numbers that nobody holds, see <see cref="Models.HeldScalars"/>.</remarks>
internal interface IOptimizer : IDisposable
{
    /// <summary>Forgets the gradient.</summary>
    void zero_grad();

    /// <summary>z &lt;- z + eta * direction, in place. Without a gradient nothing moves.</summary>
    void step();
}

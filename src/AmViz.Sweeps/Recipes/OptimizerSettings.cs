namespace AmViz.Sweeps;

/// <summary>The rule that turns a gradient into a step.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma and Ba 2015), on ascent.</summary>
    Adam,

    /// <summary>Plain gradient ascent: z is moved by the learning rate times the gradient, as Algorithm 1 and equation 2 write it.</summary>
    GradientAscent,
}

/// <summary>Optimizer and its numbers.</summary>
[GenerateSerializer, Immutable, Alias("amviz.OptimizerSettings")]
public sealed record OptimizerSettings
{
    /// <summary>Default: <see cref="OptimizerKind.Adam"/>.</summary>
    [Id(0)]
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>Step size, eta in Algorithm 1. The paper gives no number; 0.05 is the default of lucid and lucent for Adam.</summary>
    [Id(1)]
    [Bounds(1e-12, 1e12)]
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Decay of Adam's mean of gradients, in [0, 1). Default: 0.9 (Kingma and Ba 2015, section 2).</summary>
    [Id(2)]
    [Bounds(0, 0.999999)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of Adam's mean of squared gradients, in [0, 1). Default: 0.999 (Kingma and Ba 2015, section 2).</summary>
    [Id(3)]
    [Bounds(0, 0.999999)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's guard against division by zero. Default: 1e-8 (Kingma and Ba 2015, section 2).</summary>
    [Id(4)]
    [Bounds(1e-30, 1)]
    public double Epsilon { get; init; } = 1e-8;
}

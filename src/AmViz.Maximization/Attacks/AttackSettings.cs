namespace AmViz.Maximization;

/// <summary>The numbers of an attack: Table 2 of the paper, on pixels in [0, 1].</summary>
public sealed record AttackSettings
{
    /// <summary>Of <see cref="MaxSteps"/> to <see cref="Steps"/>, where nothing else is said.</summary>
    public const int PatienceFactor = 10;

    /// <summary>More steps than anybody waits for are a slip of the finger.</summary>
    public const int MostSteps = 1_000_000;

    private const int RoundsOfEqualSteps = 3;
    private static readonly string[] Transformers = ["vit", "swin"];

    /// <summary>Row ResNet50V2 of Table 2: epsilon 0.01, alpha 0.01, lambda 1e-4, 30 steps.</summary>
    public static AttackSettings ConvolutionalNetwork { get; } = new();

    /// <summary>Row ViT of Table 2: epsilon 0.05, the rest the same.</summary>
    public static AttackSettings Transformer { get; } = new() { Epsilon = 0.05 };

    /// <summary>Largest change of a value, 1/255 to 1. Default: 0.01, two grey levels.</summary>
    public double Epsilon { get; init; } = 0.01;

    /// <summary>Size of a step, above 0. Default: 0.01.</summary>
    public double Alpha { get; init; } = 0.01;

    /// <summary>Weight of the perturbation's total variation, 0 or more. Default: 1e-4.</summary>
    public double Lambda { get; init; } = 1e-4;

    /// <summary>Steps, at least 1. Default: 30.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>Where the picture of 8 bits does not fool the network after <see cref="Steps"/>, steps go on up to this many. Default: 300. Ours.</summary>
    public int MaxSteps { get; init; } = 30 * PatienceFactor;

    /// <summary>Whole grey levels of 255 by which a saved value may change: epsilon, rounded down.</summary>
    public int EpsilonLevels => GreyLevels.Within(Epsilon);

    /// <summary>Size of one step: <see cref="Alpha"/> for three times the paper's steps, then twice as much after every further <see cref="Steps"/>.</summary>
    /// <remarks>
    /// Large steps jump from one side of a small ball to the other, so growth comes late; without it the small gradients of a network
    /// that was trained under noise need hundreds of steps.
    /// </remarks>
    /// <param name="step">From 1.</param>
    internal double AlphaAt(int step) => Alpha * Math.Pow(2, Math.Max(0, ((step - 1) / Steps) - RoundsOfEqualSteps + 1));

    /// <summary>Table 2 for a network; those that the paper does not attack take the row of the convolutional one.</summary>
    public static AttackSettings For(NetworkDescription network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Transformers.Contains(network.Architecture, StringComparer.Ordinal) ? Transformer : ConvolutionalNetwork;
    }

    /// <summary>What is wrong with the numbers; empty if nothing is. Each begins with the name that the command line gives to the number.</summary>
    public IEnumerable<string> Problems()
    {
        if (!(Epsilon is > 0 and <= 1))
        {
            yield return FormattableString.Invariant($"epsilon: {Epsilon} is out of range. Expected 1/255 to 1, on pixels in [0, 1].");
        }
        else if (EpsilonLevels == 0)
        {
            yield return FormattableString.Invariant($"epsilon: {Epsilon} is less than one grey level of 255, so no saved picture of 8 bits could differ from the original. Choose 1/255 (0.00393) or more.");
        }

        if (!(Alpha > 0 && double.IsFinite(Alpha)))
        {
            yield return FormattableString.Invariant($"alpha: {Alpha} is out of range. Expected a number above 0, such as 0.01.");
        }

        if (!(Lambda >= 0 && double.IsFinite(Lambda)))
        {
            yield return FormattableString.Invariant($"lambda: {Lambda} is out of range. Expected 0 or more, such as 1e-4.");
        }

        if (Steps is < 1 or > MostSteps)
        {
            yield return $"steps: {Steps} is out of range. Expected 1 to {MostSteps}.";
        }
        else if (MaxSteps < Steps)
        {
            yield return $"max-steps: {MaxSteps} is less than the {Steps} steps that every picture takes. Expected at least as many.";
        }
    }
}

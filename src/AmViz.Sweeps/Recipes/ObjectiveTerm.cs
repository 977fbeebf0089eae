namespace AmViz.Sweeps;

/// <summary>What is added to the objective besides the task's own channel: a weighted sum, or with terms of one layer a direction in its channel space.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ObjectiveTerm")]
public sealed record ObjectiveTerm
{
    /// <summary>Layer of the term; null for the task's own.</summary>
    [Id(0)]
    public string? Layer { get; init; }

    /// <summary>Channel whose mean over all positions is added, from 0; a class on the logits layer.</summary>
    [Id(1)]
    public required int Channel { get; init; }

    /// <summary>Factor; negative suppresses the channel. The task's own channel has 1.</summary>
    [Id(2)]
    public double Weight { get; init; } = 1;
}

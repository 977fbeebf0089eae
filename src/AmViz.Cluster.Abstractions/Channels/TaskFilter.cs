namespace AmViz.Cluster.Abstractions;

/// <summary>Selects tasks of a sweep that ended without a picture.</summary>
[GenerateSerializer, Immutable, Alias("amviz.TaskFilter")]
public sealed record TaskFilter
{
    /// <summary>How the tasks ended: anything but <see cref="ChannelOutcome.Rendered"/>. Default: they failed and are quarantined.</summary>
    [Id(0)]
    public ChannelOutcome Outcome { get; init; } = ChannelOutcome.Failed;

    /// <summary>Network; null: any.</summary>
    [Id(1)]
    public string? Model { get; init; }

    /// <summary>Layer, by its name or a <see cref="LayerPattern"/>; null: any.</summary>
    [Id(2)]
    public string? Layer { get; init; }

    /// <summary>Part of the error, in upper or lower case; null: any.</summary>
    [Id(3)]
    public string? Error { get; init; }

    /// <summary>The whole error, letter by letter; empty: there is none; null: any.</summary>
    [Id(4)]
    public string? ErrorIs { get; init; }

    /// <summary>Whether tasks of a layer may match.</summary>
    public bool Covers(string model, string layer)
        => (Model is null || Model == model) && (Layer is null || Layer == layer || new LayerPattern(Layer).IsMatch(layer));

    /// <summary>Whether a task of a layer that it <see cref="Covers"/> matches.</summary>
    /// <param name="outcome">How the task ended.</param>
    /// <param name="error">Its error.</param>
    public bool Matches(ChannelOutcome outcome, string? error)
        => outcome == Outcome && (Error is null || error?.Contains(Error, StringComparison.OrdinalIgnoreCase) == true) && (ErrorIs is null || ErrorIs == (error ?? ""));
}

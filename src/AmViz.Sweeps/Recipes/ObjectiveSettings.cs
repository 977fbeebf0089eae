namespace AmViz.Sweeps;

/// <summary>Which function of the layer's activation is maximized.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ObjectiveSettings")]
public sealed record ObjectiveSettings
{
    /// <summary>The kind of objective. Default: <see cref="ObjectiveKind.Channel"/>.</summary>
    [Id(0)]
    public ObjectiveKind Kind { get; init; } = ObjectiveKind.Channel;

    /// <summary>Row of a <see cref="ObjectiveKind.Neuron"/>, from 0 at the top. Default: the middle row.</summary>
    [Id(1)]
    public int? Row { get; init; }

    /// <summary>Column of a <see cref="ObjectiveKind.Neuron"/>, from 0 at the left. Default: the middle column.</summary>
    [Id(2)]
    public int? Column { get; init; }

    /// <summary>Tokens that count, on layers of tokens only. Null: <see cref="TokenSelection.All"/>.</summary>
    [Id(3)]
    public TokenSelection? Tokens { get; init; }

    /// <summary>What else is maximized at the same time. Null: nothing.</summary>
    [Id(4)]
    public IReadOnlyList<ObjectiveTerm>? Terms { get; init; }
}

namespace AmViz.Sweeps;

/// <summary>What a person asks for: which channels of which networks, drawn how.</summary>
[GenerateSerializer, Immutable, Alias("amviz.SweepSpec")]
public sealed record SweepSpec
{
    /// <summary>The networks and layers to sweep. At least one.</summary>
    [Id(0)]
    public IReadOnlyList<ModelSelection> Models { get; init; } = [];

    /// <summary>How to draw. Default: <see cref="Recipes.Paper"/>.</summary>
    [Id(1)]
    public RenderRecipe Recipe { get; init; } = Recipes.Paper;

    /// <summary>One picture a channel for each seed. Default: seed 0 alone.</summary>
    [Id(2)]
    public IReadOnlyList<int> Seeds { get; init; } = [0];

    /// <summary>Number of failed channels after which the sweep gives up; null: never. Changes no pixel, so it is not part of the sweep's identity.</summary>
    [Id(3)]
    public int? FailureBudget { get; init; }

    /// <summary>What the network is shown, instead of having its channels drawn; null: they are drawn.</summary>
    [Id(4)]
    public PhotographSelection? Photographs { get; init; }

    /// <summary>The pictures that are held against photographs, instead of drawing any; null: they are drawn.</summary>
    [Id(5)]
    public ScoreSelection? Scores { get; init; }
}

/// <summary>A network and what to sweep of it.</summary>
[GenerateSerializer, Immutable, Alias("amviz.ModelSelection")]
public sealed record ModelSelection
{
    /// <summary>Name from the catalogue or a store, or a free name for the weights in <see cref="Weights"/>; null: the network's own name.</summary>
    [Id(0)]
    public string? Model { get; init; }

    /// <summary>Folder with <c>model.safetensors</c> and <c>config.json</c>; null: the catalogue's, or that of a store.</summary>
    [Id(1)]
    public string? Weights { get; init; }

    /// <summary>Layers to sweep, see <see cref="LayerChoice"/>; empty: every layer's default tap.</summary>
    [Id(2)]
    public IReadOnlyList<LayerSelection> Layers { get; init; } = [];

    /// <summary>Which of several networks in the weights, e.g. <c>teacher</c>; null: the one that their configuration names, or the default.</summary>
    [Id(3)]
    public string? CheckpointKey { get; init; }

    /// <summary>SHA-256 of the weights, or its beginning, in place of <see cref="Weights"/>; beside it <see cref="Model"/> must be the network's name. Null: the other two say it.</summary>
    [Id(4)]
    public string? Digest { get; init; }
}

/// <summary>A layer and which of its channels, or several by a pattern.</summary>
/// <param name="Layer">Name, as <c>amviz models show</c> lists it; a pattern such as <c>conv_pw_*_bn</c>; or a word, see <see cref="LayerChoice"/>.</param>
/// <param name="Channels">Null: all.</param>
[GenerateSerializer, Immutable, Alias("amviz.LayerSelection")]
public sealed record LayerSelection([property: Id(0)] string Layer, [property: Id(1)] ChannelSet? Channels = null);

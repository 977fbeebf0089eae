namespace AmViz.Storage;

/// <summary>What <c>manifest.json</c> says: what the sweep was and how far it came. Equal rows give equal bytes.</summary>
public sealed record ManifestHeader
{
    /// <summary>Version of the manifest's files. Readers refuse higher ones.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>See <see cref="CurrentFormatVersion"/>.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>Which sweep.</summary>
    public required SweepId SweepId { get; init; }

    /// <summary>Hash of <see cref="Recipe"/>. Addresses carry <see cref="ManifestLayer.RecipeHash"/>, in which the size is settled.</summary>
    public required string RecipeHash { get; init; }

    /// <summary>How the pictures were drawn.</summary>
    public required RenderRecipe Recipe { get; init; }

    /// <summary>Seeds, ascending.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Networks, in the order of the plan.</summary>
    public required IReadOnlyList<ManifestModel> Models { get; init; }

    /// <summary>Layers, in the order of the plan.</summary>
    public required IReadOnlyList<ManifestLayer> Layers { get; init; }

    /// <summary>Sum over the layers.</summary>
    public required OutcomeCounts Total { get; init; }

    /// <summary>SHA-256 over the JSON lines of all rows in order: whether two manifests say the same, whatever wrote them, and whether the rows beside this header are its own.</summary>
    public required string RowsDigest { get; init; }
}

/// <summary>A network of a manifest.</summary>
/// <param name="Model">Its name.</param>
/// <param name="WeightsDigest">SHA-256 of its weights file.</param>
public sealed record ManifestModel(string Model, string WeightsDigest);

/// <summary>A layer of a manifest.</summary>
/// <param name="Model">Name of the network.</param>
/// <param name="Layer">Name of the layer.</param>
/// <param name="ChannelCount">Channels that the layer has.</param>
/// <param name="IsLogits">Whether its channels are classes.</param>
/// <param name="Size">Picture size in pixels.</param>
/// <param name="RecipeHash">Hash of the recipe with that size: part of the pictures' addresses.</param>
/// <param name="Counts">What came of its tasks.</param>
public sealed record ManifestLayer(
    string Model, string Layer, int ChannelCount, bool IsLogits, int Size, string RecipeHash, OutcomeCounts Counts);

/// <summary>What came of a number of tasks.</summary>
/// <param name="Planned">Tasks of the plan.</param>
/// <param name="Rendered">Drawn and stored.</param>
/// <param name="Dead">Nothing excites the channel.</param>
/// <param name="NotFinite">Objective or gradient became NaN or infinite.</param>
/// <param name="Failed">Ended by an error.</param>
public sealed record OutcomeCounts(int Planned, int Rendered, int Dead, int NotFinite, int Failed)
{
    /// <summary>Planned, but nothing is known of them yet.</summary>
    public int Missing => Planned - Rendered - Dead - NotFinite - Failed;

    /// <summary>Both together.</summary>
    public static OutcomeCounts operator +(OutcomeCounts left, OutcomeCounts right) => new(
        left.Planned + right.Planned, left.Rendered + right.Rendered, left.Dead + right.Dead,
        left.NotFinite + right.NotFinite, left.Failed + right.Failed);

    /// <summary>Counts one more task that ended as <paramref name="outcome"/>.</summary>
    public OutcomeCounts With(ChannelOutcome outcome) => outcome switch
    {
        ChannelOutcome.Rendered => this with { Rendered = Rendered + 1 },
        ChannelOutcome.Dead => this with { Dead = Dead + 1 },
        ChannelOutcome.NotFinite => this with { NotFinite = NotFinite + 1 },
        ChannelOutcome.Failed => this with { Failed = Failed + 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };
}

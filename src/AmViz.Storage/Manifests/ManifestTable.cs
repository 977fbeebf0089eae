using System.Text.Json;

namespace AmViz.Storage;

/// <summary>The columns of <c>manifest.parquet</c>: those of <see cref="ManifestEntry"/>, under its JSON names.</summary>
internal static class ManifestTable
{
    /// <summary>New columns, for one file.</summary>
    public static IReadOnlyList<ParquetColumn<ManifestEntry>> Columns()
        => [
        new TextColumn<ManifestEntry>("model", row => row.Model),
        new TextColumn<ManifestEntry>("weightsDigest", row => row.WeightsDigest),
        new TextColumn<ManifestEntry>("layer", row => row.Layer),
        new ValueColumn<ManifestEntry, int>("channel", row => row.Channel),
        new ValueColumn<ManifestEntry, int>("seed", row => row.Seed),
        new TextColumn<ManifestEntry>("label", row => row.Label, optional: true),
        new TextColumn<ManifestEntry>("recipe", row => row.Recipe),
        new ValueColumn<ManifestEntry, int>("steps", row => row.Steps),
        new TextColumn<ManifestEntry>("outcome", row => Word(row.Outcome)),
        new OptionalColumn<ManifestEntry, float>("initialObjective", row => row.InitialObjective),
        new OptionalColumn<ManifestEntry, float>("finalObjective", row => row.FinalObjective),
        new TextColumn<ManifestEntry>("picture", row => row.Picture, optional: true),
        new TextColumn<ManifestEntry>("sha256", row => row.Sha256, optional: true),
        new OptionalColumn<ManifestEntry, long>("bytes", row => row.Bytes),
        new TextColumn<ManifestEntry>("error", row => row.Error, optional: true),
    ];

    public static async Task<IReadOnlyList<ManifestEntry>> ReadGroup(ParquetGroup group)
    {
        var model = await group.RepeatedText("model");
        var weightsDigest = await group.RepeatedText("weightsDigest");
        var layer = await group.RepeatedText("layer");
        var channel = await group.Values<int>("channel");
        var seed = await group.Values<int>("seed");
        var label = await group.OptionalText("label");
        var recipe = await group.RepeatedText("recipe");
        var steps = await group.Values<int>("steps");
        var outcome = await group.RepeatedText("outcome");
        var initialObjective = await group.Optional<float>("initialObjective");
        var finalObjective = await group.Optional<float>("finalObjective");
        var picture = await group.OptionalText("picture");
        var sha256 = await group.OptionalText("sha256");
        var bytes = await group.Optional<long>("bytes");
        var error = await group.OptionalText("error");
        return [.. Enumerable.Range(0, group.Count).Select(i => new ManifestEntry
        {
            Model = model[i],
            WeightsDigest = weightsDigest[i],
            Layer = layer[i],
            Channel = channel[i],
            Seed = seed[i],
            Label = label[i],
            Recipe = recipe[i],
            Steps = steps[i],
            Outcome = Outcome(outcome[i]),
            InitialObjective = initialObjective[i],
            FinalObjective = finalObjective[i],
            Picture = picture[i],
            Sha256 = sha256[i],
            Bytes = bytes[i],
            Error = error[i],
        })];
    }

    /// <summary>The word for an outcome, the same as in JSON.</summary>
    internal static string Word(ChannelOutcome outcome) => JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString());

    /// <summary>The outcome behind its word.</summary>
    internal static ChannelOutcome Outcome(string word)
        => Enum.TryParse<ChannelOutcome>(word, ignoreCase: true, out var outcome)
            ? outcome
            : throw new InvalidDataException($"'{word}' is not an outcome.");
}

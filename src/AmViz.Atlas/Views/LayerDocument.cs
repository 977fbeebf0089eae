using System.Text.Json;
using AmViz.Atlas.Evidence;
using AmViz.Atlas.Neighbours;
using AmViz.Atlas.Output;
using AmViz.Atlas.Photographs;
using AmViz.Atlas.Quiz;
using AmViz.Atlas.Scores;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Views;

/// <summary>The data of a layer page's dialog: JSON inside the page, because a page opened from a file cannot fetch anything.</summary>
/// <remarks>What many tiles share (environments, kept steps) is written once.</remarks>
internal sealed record LayerDocument(
    string Model, string Layer, string Weights, int Size, IReadOnlyList<int> Seeds, string Recipe, string RecipeHash,
    IReadOnlyList<EnvironmentFacts> Environments, IReadOnlyList<int> Steps, IReadOnlyList<TileFacts> Tiles, LayerPhotographs? Photographs, string? Crops,
    IReadOnlyDictionary<int, IReadOnlyList<ToldByPeople>>? People, IReadOnlyDictionary<int, IReadOnlyList<AlikeChannels>>? Alike, string Root)
{
    public static LayerDocument Of(LayerTiles tiles, LayerEvidence evidence, string root, AtlasOptions options)
    {
        var environments = tiles.Tiles.Select(tile => EnvironmentFacts.Of(tile.Record)).OfType<EnvironmentFacts>().Distinct().ToList();
        var steps = tiles.Tiles.Select(tile => TileFacts.StepsOf(tile.Record)).FirstOrDefault(kept => kept.Length > 0) ?? [];
        return new LayerDocument(
            tiles.Layer.Model, tiles.Layer.Layer, tiles.Layer.WeightsDigest, tiles.Layer.Size, tiles.Seeds,
            tiles.Recipe.Name, tiles.Recipe.Hash, environments, steps,
            [
                .. tiles.Tiles.Select(tile => TileFacts.Of(tile, tiles.Recipe, environments, steps, PictureAddress.Of(tile, root, options))
                    with { Scores = evidence.ScoresOf(tile.Entry?.Sha256) }),
            ],
            evidence.Photographs is { } photographs ? LayerPhotographs.Of(photographs) : null, evidence.Photographs is null ? null : root + AtlasPaths.Crops, evidence.People, evidence.Alike, root);
    }

    /// <summary>Safe inside a script element: the serializer escapes '&lt;', '&gt;' and '&amp;'.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SweepJson.Compact);
}

/// <summary>What the dialog says of one tile.</summary>
internal sealed record TileFacts(int Channel, int Seed, string Outcome)
{
    public string? Label { get; init; }

    public float? Initial { get; init; }

    public float? Final { get; init; }

    public string? Picture { get; init; }

    public long? Bytes { get; init; }

    public string? Sha256 { get; init; }

    public string? Explanation { get; init; }

    /// <summary>Index into the document's environments.</summary>
    public int? Environment { get; init; }

    /// <summary>Steps of the trajectory, where they are not the document's.</summary>
    public IReadOnlyList<int>? Steps { get; init; }

    public IReadOnlyList<float>? Trajectory { get; init; }

    public required string Command { get; init; }

    public PictureScores? Scores { get; init; }

    public static TileFacts Of(Tile tile, RenderRecipe recipe, List<EnvironmentFacts> environments, int[] commonSteps, string? picture)
    {
        var steps = StepsOf(tile.Record);
        return new TileFacts(tile.Task.Channel, tile.Task.Seed, tile.State.Word())
        {
            Label = tile.Entry?.Label,
            Initial = tile.Entry?.InitialObjective,
            Final = tile.Entry?.FinalObjective,
            Picture = picture,
            Bytes = tile.Entry?.Bytes,
            Sha256 = tile.Entry?.Sha256,
            Explanation = tile.Explanation,
            Environment = EnvironmentFacts.Of(tile.Record) is { } environment ? environments.IndexOf(environment) : null,
            Steps = steps.AsSpan().SequenceEqual(commonSteps) ? null : steps,
            Trajectory = tile.Record is { } record ? [.. record.Objective.Points.Select(point => ObjectiveFigure.Rounded(point.Objective))] : null,
            Command = RedrawCommand.For(tile.Task, recipe, tile.Record?.ReproducibleWith),
        };
    }

    public static int[] StepsOf(ChannelRecord? record) => record is null ? [] : [.. record.Objective.Points.Select(point => point.Step)];
}

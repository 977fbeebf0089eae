using AmViz.Atlas.Evidence;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>Writes down all that is known of single tiles of a layer.</summary>
internal sealed class TileRecords
{
    private readonly ReadLayer _layer;
    private readonly AlikePlaces _places;
    private readonly AtlasOptions _options;
    private readonly Dictionary<EnvironmentFacts, int> _environments = [];

    /// <summary>Gathers what tiles share.</summary>
    /// <param name="layer">The layer, read.</param>
    /// <param name="places">Where channels are.</param>
    /// <param name="options">Where pictures are.</param>
    public TileRecords(ReadLayer layer, AlikePlaces places, AtlasOptions options)
    {
        (_layer, _places, _options) = (layer, places, options);
        foreach (var environment in layer.Tiles.Tiles.Select(tile => EnvironmentFacts.Of(tile.Record)).OfType<EnvironmentFacts>())
        {
            _environments.TryAdd(environment, _environments.Count);
        }
    }

    /// <summary>What pictures were drawn with, in the order of the places that records name.</summary>
    public IReadOnlyList<EnvironmentFacts> Environments => [.. _environments.OrderBy(environment => environment.Value).Select(environment => environment.Key)];

    /// <summary>All that is known of a tile.</summary>
    public TileRecord Of(Tile tile)
    {
        var (entry, channel, evidence) = (tile.Entry, tile.Task.Channel, _layer.Evidence);
        return new(
            channel, tile.Task.Seed, tile.State, tile.Explanation, entry?.Label, entry?.InitialObjective, entry?.FinalObjective,
            PictureAddress.Of(tile, _options), entry?.Bytes, entry?.Sha256,
            EnvironmentFacts.Of(tile.Record) is { } environment ? _environments[environment] : null,
            TrajectoryOf(tile.Record),
            RedrawCommand.For(tile.Task, _layer.Tiles.Recipe, tile.Record?.ReproducibleWith),
            evidence.ScoresOf(entry?.Sha256),
            ToldDoc.Of(evidence.People?.GetValueOrDefault(channel), entry?.Sha256),
            ChannelPhotographsDoc.Of(evidence.Photographs, channel),
            [.. (evidence.Alike?.GetValueOrDefault(channel) ?? []).Select(_places.Of)]);
    }

    private static IReadOnlyList<float[]> TrajectoryOf(ChannelRecord? record)
        =>
        [
            .. from point in record?.Objective.Points ?? []
               where float.IsFinite(point.Objective)
               select new[] { point.Step, ObjectiveFigure.Rounded(point.Objective) },
        ];
}

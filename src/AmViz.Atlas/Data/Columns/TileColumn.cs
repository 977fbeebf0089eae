using AmViz.Atlas.Evidence;
using AmViz.Atlas.Scores;
using AmViz.Atlas.Tiles;
using AmViz.Responses;

namespace AmViz.Atlas.Data;

/// <summary>A number that tiles may have, to order and to filter them by.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Meaning">A sentence for who does not know the name.</param>
/// <param name="Of">Takes it from a tile; null where there is none.</param>
internal sealed record TileColumn(string Name, string Title, string Meaning, Func<Tile, double?> Of)
{
    /// <summary>All that there may be of a layer.</summary>
    public static IEnumerable<TileColumn> AllOf(ReadLayer layer) => [.. OfOutcomes(layer.Tiles), .. OfPictures(), .. OfScores(layer.Evidence), .. OfChannels(layer.Evidence)];

    // What all tiles share tells nothing of them.
    private static IEnumerable<TileColumn> OfOutcomes(LayerTiles layer)
        => layer.Tiles.All(tile => tile.State is TileState.Rendered)
            ? []
            : [new("outcome", "outcome", $"What the tile shows: {string.Join(", ", Enum.GetValues<TileState>().Select(state => $"{(int)state} {state.Word()}"))}.", tile => (double)tile.State)];

    private static IEnumerable<TileColumn> OfPictures()
        =>
        [
            new("objective", "objective", "What the ascent raised, of the finished picture.", tile => tile.Objective),
            new("gain", "gain", "How far the ascent raised its objective: that of the finished picture less that of the image that it started from.", tile => tile.Objective - tile.Entry?.InitialObjective),
        ];

    private static IEnumerable<TileColumn> OfScores(LayerEvidence evidence)
        => ScoreFigure.All.Select((figure, i) => new TileColumn(figure.Key, figure.Name, figure.Meaning, tile => evidence.ScoresOf(tile.Entry?.Sha256)?.Numbers[i]));

    private static IEnumerable<TileColumn> OfChannels(LayerEvidence evidence)
        =>
        [
            new("people", "told by people", "How often people who were shown the picture knew which of two photographs excites the channel more. By chance 0.5.", tile => ShareOf(tile, evidence)),
            new("bestArea", "best label", "How well the channel tells photographs of its best label from all others: area under the ROC curve. By chance 0.5.", tile => evidence.Photographs?.Channels.GetValueOrDefault(tile.Task.Channel)?.BestArea),
        ];

    private static double? ShareOf(Tile tile, LayerEvidence evidence)
        => evidence.People?.GetValueOrDefault(tile.Task.Channel)?.FirstOrDefault(told => told.Condition == QuizCondition.Picture && told.Picture == tile.Entry?.Sha256) is { Answers: > 0 } told
            ? (double)told.Right / told.Answers
            : null;
}

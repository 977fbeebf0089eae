using AmViz.Atlas.Neighbours;
using AmViz.Atlas.Photographs;
using AmViz.Atlas.Quiz;
using AmViz.Atlas.Scores;

namespace AmViz.Atlas.Evidence;

/// <summary>What else is known of the channels of a layer than their pictures.</summary>
/// <param name="Photographs">Photographs that excite them; null without a pass.</param>
/// <param name="People">What people told, by the number of the channel; null if nobody was asked.</param>
/// <param name="Scores">How far pictures can be trusted, by their SHA-256; null if none was scored.</param>
/// <param name="Alike">Channels that are like them, by the number of the channel; null where nothing was compared.</param>
internal sealed record LayerEvidence(
    PhotographTables? Photographs, IReadOnlyDictionary<int, IReadOnlyList<ToldByPeople>>? People, IReadOnlyDictionary<string, PictureScores>? Scores,
    IReadOnlyDictionary<int, IReadOnlyList<AlikeChannels>>? Alike)
{
    /// <summary>Scores of a tile's picture; null if it was not scored, or is none.</summary>
    public PictureScores? ScoresOf(string? sha256) => sha256 is null ? null : Scores?.GetValueOrDefault(sha256);
}

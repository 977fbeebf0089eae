using AmViz.Atlas.Scores;
using AmViz.Atlas.Tiles;

namespace AmViz.Atlas.Data;

/// <summary>All that is known of a few consecutive tiles of a layer.</summary>
/// <param name="Tiles">In their order.</param>
internal sealed record RecordsDoc(IReadOnlyList<TileRecord> Tiles)
{
    /// <summary>Tiles of a file: a visitor who looks at one looks at its neighbours next.</summary>
    public const int Together = 16;
}

/// <summary>All that is known of a tile.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Outcome">What it shows.</param>
/// <param name="Explanation">Why there is no picture; null where there is one.</param>
/// <param name="Label">Its label; null for none.</param>
/// <param name="Initial">Objective of the first image.</param>
/// <param name="Final">Objective of the finished picture.</param>
/// <param name="Picture">Address of the picture from the atlas folder, or an absolute one.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Environment">What it was drawn with: a place in <see cref="LayerDoc.Environments"/>.</param>
/// <param name="Trajectory">Step and objective, one pair for each step that was kept and is a number.</param>
/// <param name="Command">The command line that draws it again.</param>
/// <param name="Scores">How far it can be trusted; null if it was not scored.</param>
/// <param name="People">What people told.</param>
/// <param name="Photographs">Photographs that excite its channel; null without a pass.</param>
/// <param name="Alike">Channels that are like its own, by each way of comparing.</param>
internal sealed record TileRecord(
    int Channel, int Seed, TileState Outcome, string? Explanation, string? Label, float? Initial, float? Final, string? Picture, long? Bytes, string? Sha256, int? Environment,
    IReadOnlyList<float[]> Trajectory, string Command, PictureScores? Scores, IReadOnlyList<ToldDoc> People, ChannelPhotographsDoc? Photographs, IReadOnlyList<AlikeDoc> Alike);

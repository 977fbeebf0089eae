namespace AmViz.Atlas.Tiles;

/// <summary>One channel task of a layer and what can be shown of it.</summary>
/// <param name="Task">What was to be drawn.</param>
/// <param name="Entry">Its row of the manifest; null if there is none yet.</param>
/// <param name="State">What the tile shows.</param>
/// <param name="Record">The record that the picture carries; null without a picture, or if it carries none that is understood.</param>
internal sealed record Tile(ChannelTask Task, ManifestEntry? Entry, TileState State, ChannelRecord? Record = null)
{
    /// <summary>Objective of the finished picture; null without a picture or if it is no number.</summary>
    public float? Objective
        => State is TileState.Rendered && Entry?.FinalObjective is { } objective && float.IsFinite(objective) ? objective : null;

    /// <summary>Why there is no picture, for people; null where there is one.</summary>
    public string? Explanation => Entry?.Error is { } error ? $"{State.Explanation()} {error}".Trim() : State.Explanation();
}

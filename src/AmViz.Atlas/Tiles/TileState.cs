namespace AmViz.Atlas.Tiles;

/// <summary>What a tile shows: a picture, or the reason why there is none.</summary>
internal enum TileState
{
    Rendered,
    Dead,
    NotFinite,
    Failed,

    /// <summary>The plan has the task, the manifest does not.</summary>
    Pending,

    /// <summary>The manifest names a picture that the store does not have.</summary>
    Missing,

    /// <summary>The picture in the store cannot be read.</summary>
    Damaged,
}

internal static class TileStates
{
    public static TileState Of(ChannelOutcome outcome) => outcome switch
    {
        ChannelOutcome.Rendered => TileState.Rendered,
        ChannelOutcome.Dead => TileState.Dead,
        ChannelOutcome.NotFinite => TileState.NotFinite,
        ChannelOutcome.Failed => TileState.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "An outcome that the atlas does not know."),
    };

    /// <summary>A word or two for a tile.</summary>
    public static string Word(this TileState state) => state switch
    {
        TileState.Rendered => "drawn",
        TileState.Dead => "dead",
        TileState.NotFinite => "not a number",
        TileState.Failed => "failed",
        TileState.Pending => "not drawn yet",
        TileState.Missing => "picture missing",
        TileState.Damaged => "picture damaged",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
    };

    /// <summary>A sentence for whoever asks why there is no picture; null where there is one.</summary>
    public static string? Explanation(this TileState state) => state switch
    {
        TileState.Rendered => null,
        TileState.Dead => "The gradient was exactly zero from the first step on: nothing near the starting image excites this channel.",
        TileState.NotFinite => "The objective or its gradient stopped being a number, so the ascent has no result.",
        TileState.Failed => "An error ended this channel.",
        TileState.Pending => "The sweep has not come to this channel yet. Build the atlas again when it has; if the sweep has ended, run it again first.",
        TileState.Missing => "The manifest has this picture, the store does not. Run the sweep again to draw it, then build the atlas again.",
        TileState.Damaged => "The file in the store is not a readable picture. 'amviz manifest verify --repair' removes it; then run the sweep again to draw it, and build the atlas again.",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
    };
}

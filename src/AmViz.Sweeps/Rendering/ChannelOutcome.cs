namespace AmViz.Sweeps;

/// <summary>The expected ends of a channel task.</summary>
public enum ChannelOutcome
{
    /// <summary>Drawn and stored.</summary>
    Rendered,

    /// <summary>The gradient was zero from the first step on, or too small to change the objective: nothing excites this channel from here. No picture.</summary>
    Dead,

    /// <summary>Objective or gradient became NaN or infinite. No picture.</summary>
    NotFinite,

    /// <summary>An error that a retry may or may not cure ended it. No picture; the error is recorded.</summary>
    Failed,
}

namespace AmViz.Cluster.Api;

/// <summary>How a task ended, as far as pages need it: some tens of bytes for each, since a sweep may have a million.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Error">What went wrong; null: nothing, or nothing is known of it.</param>
/// <param name="Label">Name of the class on the logits layer.</param>
/// <param name="Objective">Objective of the finished picture.</param>
/// <param name="Device">Silo and device that brought the result.</param>
/// <param name="CommittedAt">When it was written down.</param>
/// <param name="Skipped">Whether the picture was there before, so that nothing was drawn.</param>
internal sealed record TaskRow(ChannelOutcome Outcome, string? Error, string? Label, float? Objective, string? Device, DateTimeOffset CommittedAt, bool Skipped)
{
    /// <summary>The one of two rows of a task that counts: the newer, but a picture once stored is never lost to a failure that came later.</summary>
    public static TaskRow Winner(TaskRow? older, TaskRow newer)
        => older is { Outcome: ChannelOutcome.Rendered } && newer.Outcome != ChannelOutcome.Rendered ? older : newer;
}

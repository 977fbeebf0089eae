namespace AmViz.Storage;

/// <summary>What a row of <c>manifest.parquet</c> tells of the end of a task, without its picture: read for all tasks of a sweep at once.</summary>
/// <param name="Task">Which.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Label">Name of the class on the logits layer.</param>
/// <param name="FinalObjective">Objective of the finished picture; null if there is none.</param>
/// <param name="Error">What went wrong; null when rendered.</param>
public sealed record ManifestOutcome(ChannelTask Task, ChannelOutcome Outcome, string? Label, float? FinalObjective, string? Error);

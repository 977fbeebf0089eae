using System.Security.Cryptography;

namespace AmViz.Storage;

/// <summary>Builds rows of a manifest from records: the same row whether a picture was just drawn or found in the store.</summary>
/// <remarks>
/// An objective that is NaN or infinite is null in a row: the statistics of a Parquet column leave NaN out, and readers that trust
/// them (DuckDB 1.5 does) let such a row through filters that it does not meet. The record keeps the value.
/// </remarks>
public static class ManifestRows
{
    /// <summary>The row of a stored picture.</summary>
    /// <param name="record">The picture's own record.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="picture">Its file.</param>
    public static ManifestEntry Rendered(ChannelRecord record, BlobPath path, ReadOnlySpan<byte> picture) => From(record) with
    {
        Outcome = ChannelOutcome.Rendered,
        InitialObjective = Finite(record.Objective.Initial),
        FinalObjective = Finite(record.Objective.Final),
        Picture = path.Value,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(picture)),
        Bytes = picture.Length,
    };

    /// <summary>The row of a task that draws nothing: it names no picture.</summary>
    /// <param name="task">Which.</param>
    /// <param name="recipe">That of its plan.</param>
    /// <param name="result">What is stored of it.</param>
    public static ManifestEntry Computed(ChannelTask task, RenderRecipe recipe, ReadOnlySpan<byte> result) => From(task, recipe, label: null) with
    {
        Outcome = ChannelOutcome.Rendered,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(result)),
        Bytes = result.Length,
    };

    /// <summary>The row of a task that has no picture.</summary>
    /// <param name="outcome">Anything but <see cref="ChannelOutcome.Rendered"/>.</param>
    /// <param name="record">What was to be drawn.</param>
    /// <param name="error">What went wrong, for people.</param>
    public static ManifestEntry WithoutPicture(ChannelOutcome outcome, ChannelRecord record, string? error)
        => outcome == ChannelOutcome.Rendered
            ? throw new ArgumentException("A rendered channel has a picture.", nameof(outcome))
            : From(record) with
            {
                Outcome = outcome,
                // After an error nobody knows whether the objective was ever computed.
                InitialObjective = outcome == ChannelOutcome.Failed ? null : Finite(record.Objective.Initial),
                Error = error,
            };

    /// <summary>The row of a task that failed before there was a record of it.</summary>
    /// <param name="task">What was to be drawn.</param>
    /// <param name="recipe">How, with the size settled.</param>
    /// <param name="error">What went wrong, for people.</param>
    /// <param name="label">Name of the class on the logits layer.</param>
    public static ManifestEntry Failed(ChannelTask task, RenderRecipe recipe, string error, string? label = null)
        => From(task, recipe, label) with { Error = error };

    private static float? Finite(float objective) => float.IsFinite(objective) ? objective : null;

    private static ManifestEntry From(ChannelRecord record) => From(record.Task, record.Recipe, record.Label);

    private static ManifestEntry From(ChannelTask task, RenderRecipe recipe, string? label) => new()
    {
        Model = task.Model,
        WeightsDigest = task.WeightsDigest,
        Layer = task.Layer,
        Channel = task.Channel,
        Seed = task.Seed,
        Label = label,
        Recipe = recipe.Hash,
        Steps = recipe.Steps,
        Outcome = ChannelOutcome.Failed,
    };
}

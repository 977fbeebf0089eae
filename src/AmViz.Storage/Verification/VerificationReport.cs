namespace AmViz.Storage;

/// <summary>Whether a store holds what its manifests say.</summary>
/// <param name="Sweeps">One for every sweep that was looked at.</param>
public sealed record VerificationReport(IReadOnlyList<VerifiedSweep> Sweeps)
{
    /// <summary>Whether nothing was found.</summary>
    public bool Passed => Sweeps.All(sweep => sweep.Findings.Count == 0);
}

/// <summary>What was found of one sweep.</summary>
/// <param name="SweepId">Which.</param>
/// <param name="Planned">Tasks of the plan.</param>
/// <param name="Rows">Rows of the manifest.</param>
/// <param name="Pictures">Pictures that are what their rows say.</param>
/// <param name="Bytes">Bytes of these pictures.</param>
/// <param name="Findings">Everything that is not as it should be, in the order of the plan.</param>
public sealed record VerifiedSweep(
    SweepId SweepId, int Planned, int Rows, int Pictures, long Bytes, IReadOnlyList<VerificationFinding> Findings);

/// <summary>One thing that is not as it should be.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="Subject">Path of the blob, or name of the layer.</param>
/// <param name="Message">What was found, what was expected, what to do.</param>
public sealed record VerificationFinding(FindingKind Kind, string Subject, string Message);

/// <summary>Sorts of findings.</summary>
public enum FindingKind
{
    /// <summary>A plan, part or manifest cannot be read.</summary>
    Unreadable,

    /// <summary>The sweep was never folded.</summary>
    ManifestMissing,

    /// <summary>Rows and header of the manifest do not belong together.</summary>
    ManifestMismatch,

    /// <summary>Planned tasks without a row.</summary>
    Hole,

    /// <summary>A row of a task that was not planned, or a second row of one task.</summary>
    StrayRow,

    /// <summary>A row whose picture is not there.</summary>
    PictureMissing,

    /// <summary>A picture whose length or SHA-256 is not that of its row.</summary>
    PictureDiffers,

    /// <summary>A picture whose own record does not say what its row says.</summary>
    RecordDisagrees,

    /// <summary>A picture that no row names.</summary>
    Orphan,

    /// <summary>A file among the pictures that is none: torn, or put there by something else.</summary>
    ForeignFile,
}

/// <summary>How far a verification is.</summary>
/// <param name="SweepId">The sweep being looked at.</param>
/// <param name="Checked">Its tasks looked at so far.</param>
/// <param name="Planned">Its tasks.</param>
public readonly record struct VerificationProgress(SweepId SweepId, int Checked, int Planned);

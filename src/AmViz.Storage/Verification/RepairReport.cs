namespace AmViz.Storage;

/// <summary>What a repair did, and what is left.</summary>
/// <param name="Repairs">What was done to every sweep that was looked at.</param>
/// <param name="Sweeps">What a verification says afterwards.</param>
public sealed record RepairReport(IReadOnlyList<RepairedSweep> Repairs, IReadOnlyList<VerifiedSweep> Sweeps)
{
    /// <summary>Whether nothing is left to be found.</summary>
    public bool Passed => Sweeps.All(sweep => sweep.Findings.Count == 0);
}

/// <summary>What was done to a sweep.</summary>
/// <param name="SweepId">Which.</param>
/// <param name="RowsRebuilt">Rows made anew from the pictures' own records.</param>
/// <param name="RowsDropped">Rows of pictures that are gone or were removed, and rows that the plan does not have. Running the sweep again draws what is missing.</param>
/// <param name="PicturesRemoved">Files at addresses of planned pictures that were not what they should be.</param>
/// <param name="PartsRemoved">Unreadable parts of the manifest.</param>
/// <param name="Folded">Whether the manifest was made anew.</param>
public sealed record RepairedSweep(SweepId SweepId, int RowsRebuilt, int RowsDropped, int PicturesRemoved, int PartsRemoved, bool Folded)
{
    /// <summary>Whether anything had to be done.</summary>
    public bool Changed => this is not { RowsRebuilt: 0, RowsDropped: 0, PicturesRemoved: 0, PartsRemoved: 0, Folded: false };
}

namespace AmViz.Cluster.Api;

/// <summary>Submits sweeps, and tells which of several equal submissions was the first.</summary>
internal sealed class SubmittedSweeps(LivingCluster cluster, SweepStore sweeps)
{
    /// <summary>Submits a sweep.</summary>
    /// <returns>How far it is, and whether the store did not have it before.</returns>
    public async Task<(SweepStatus Status, bool IsNew)> SubmitAsync(SweepPlan plan, SweepSubmission submission, CancellationToken cancellationToken)
    {
        // Asked first, so that nothing is written down while nobody could take the sweep.
        await cluster.AskSweepAsync(plan.Id, sweep => sweep.Status(), cancellationToken);
        // The store lets exactly one writer create the plan.
        var isNew = await sweeps.CreateAsync(plan, cancellationToken);
        return (await cluster.AskSweepAsync(plan.Id, sweep => sweep.Submit(plan, submission), cancellationToken), isNew);
    }
}

namespace AmViz.Cluster.Api;

/// <summary>Submits sweeps, and tells which of several equal submissions was the first.</summary>
internal sealed class SubmittedSweeps(LivingCluster cluster, SweepStore sweeps, Quotas quotas)
{
    /// <summary>Submits a sweep. One that is finished stays so unless a new run is asked for: a request that is repeated changes nothing.</summary>
    /// <exception cref="ProblemException">It takes more of the cluster than the key may.</exception>
    /// <returns>How far it is, and whether the store did not have it before.</returns>
    public async Task<(SweepStatus Status, bool IsNew)> SubmitAsync(Caller caller, SweepPlan plan, SweepSubmission submission, CancellationToken cancellationToken)
    {
        // Asked first, so that nothing is written down while nobody could take the sweep.
        var before = await cluster.AskSweepAsync(plan.Id, sweep => sweep.Status(), cancellationToken);
        if (before is { State: SweepState.Finished } && !submission.Anew)
        {
            return (before, false);
        }

        await quotas.CheckAsync(caller, plan, submission, before, cancellationToken);
        // The store lets exactly one writer create the plan.
        var isNew = await sweeps.CreateAsync(plan, cancellationToken);
        return (await cluster.AskSweepAsync(plan.Id, sweep => sweep.Submit(plan, submission with { Owner = caller.Owner }), cancellationToken), isNew);
    }
}

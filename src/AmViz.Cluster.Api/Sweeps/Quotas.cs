using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AmViz.Cluster.Api;

/// <summary>Holds submissions against what their key may take of the cluster.</summary>
/// <param name="cluster">Knows what its sweeps have open.</param>
internal sealed class Quotas(LivingCluster cluster)
{
    /// <summary>Checks a submission.</summary>
    /// <param name="caller">Who submits.</param>
    /// <param name="plan">What.</param>
    /// <param name="submission">How.</param>
    /// <param name="before">How far the sweep is; null: it is new.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">It takes too much.</exception>
    public async Task CheckAsync(Caller caller, SweepPlan plan, SweepSubmission submission, SweepStatus? before, CancellationToken cancellationToken)
    {
        if (caller.Quota is not { } quota)
        {
            return;
        }

        CheckPriority(caller, (submission.Rank ?? before?.Rank ?? SweepRank.Default).Priority);
        CheckPool(caller, submission.Pool ?? before?.Pool ?? DevicePool.Any);
        // One that goes on has its channels already.
        if (quota.MaxChannels is { } most && (submission.Anew || before is null || before.State.HasEnded() || before.State == SweepState.Planned))
        {
            await ReserveAsync(caller, plan.Id, plan.TaskCount, most, cancellationToken);
        }
    }

    /// <summary>Checks a retry, which lets a sweep that has ended run again: with all its channels that have no picture.</summary>
    /// <param name="caller">Who retries.</param>
    /// <param name="before">How far the sweep is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">It takes too much.</exception>
    public async Task CheckRetryAsync(Caller caller, SweepStatus before, CancellationToken cancellationToken)
    {
        if (caller.Quota is not { } quota || !before.State.HasEnded())
        {
            return;
        }

        CheckPriority(caller, before.Rank.Priority);
        CheckPool(caller, before.Pool);
        if (quota.MaxChannels is { } most)
        {
            await ReserveAsync(caller, before.Id, before.Counts.Open + before.Counts.Failed, most, cancellationToken);
        }
    }

    /// <summary>Checks a priority that is asked for.</summary>
    /// <exception cref="ProblemException">It is too high.</exception>
    public static void CheckPriority(Caller caller, int priority)
    {
        if (priority > caller.Quota?.MaxPriority)
        {
            throw Refused("priority-too-high", string.Create(
                CultureInfo.InvariantCulture, $"The access key '{caller.Name}' may give a priority of at most {caller.Quota.MaxPriority}; this would be {priority}. Give priority={caller.Quota.MaxPriority} or less."));
        }
    }

    private static void CheckPool(Caller caller, string pool)
    {
        if (caller.Quota?.Pools is { } pools && !pools.Contains(pool, StringComparer.Ordinal))
        {
            throw Refused("pool-not-allowed", $"The access key '{caller.Name}' may submit to {Words(pools)}; the sweep would be for {(pool == DevicePool.Any ? "every pool" : $"the pool '{pool}'")}. Give {string.Join(" or ", pools.Select(one => $"pool={one}"))}.");
        }
    }

    private async Task ReserveAsync(Caller caller, SweepId sweep, long channels, long most, CancellationToken cancellationToken)
    {
        var reserved = await cluster.AskIndexAsync(index => index.Reserve(new(caller.Owner, sweep, channels, most)), cancellationToken);
        if (!reserved.IsGranted)
        {
            throw new ProblemException(new(
                StatusCodes.Status409Conflict, "too-many-channels", "The key has too many channels open",
                string.Create(CultureInfo.InvariantCulture, $"The access key '{caller.Name}' may have {most} channels open at once. This sweep has {channels}, and its other live sweeps have {reserved.Open} open. {(channels > most ? "Make several sweeps of it." : "Wait until they are further, or cancel one.")}")));
        }
    }

    private static string Words(IReadOnlyList<string> pools) => pools.Count == 1 ? $"the pool '{pools[0]}'" : $"the pools {string.Join(", ", pools.Select(pool => $"'{pool}'"))}";

    private static ProblemException Refused(string kind, string detail) => new(new(StatusCodes.Status403Forbidden, kind, "The access key does not allow this", detail));
}

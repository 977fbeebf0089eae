using Microsoft.Extensions.Logging;

namespace AmViz.Cluster.Grains;

/// <summary>What the index sees to: that removals end, and that sweeps go that are not kept any more.</summary>
internal sealed partial class SweepIndexGrain
{
    // What one sweep after the other fails of is wrong with all of them: the store is away, or a plan of some sweep is damaged.
    private const int MostFailures = 3;

    /// <summary>A removal goes on after the death of its coordinator alone, too: nobody asks for a sweep that is being removed, and it has no reminder.</summary>
    private async Task ResumeRemovals()
    {
        try
        {
            await Task.WhenAll((await remover.ListAsync(CancellationToken.None)).Select(ResumeRemoval));
        }
        catch (Exception e)
        {
            LogNotLookedFor(e);
        }
    }

    private async Task ResumeRemoval(SweepId sweep)
    {
        try
        {
            await GrainFactory.GetGrain<ISweepGrain>(sweep.Value).Status();
        }
        catch (Exception e)
        {
            LogNotResumed(sweep, e);
        }
    }

    /// <summary>One after the other: each removal reads every plan, and the first look at an old store may find thousands that are not kept.</summary>
    private async Task RemoveExpired()
    {
        try
        {
            var failures = 0;
            await foreach (var sweep in retention.ExpiredAsync(CancellationToken.None))
            {
                failures = await TryRemove(sweep) ? 0 : failures + 1;
                if (failures == MostFailures)
                {
                    LogGivenUp(failures);
                    return;
                }
            }
        }
        catch (Exception e)
        {
            LogNotExpired(e);
        }
    }

    private async Task<bool> TryRemove(SweepId sweep)
    {
        try
        {
            await GrainFactory.GetGrain<ISweepGrain>(sweep.Value).Delete();
            var begun = options.Value.Clock.GetTimestamp();
            // A large one may take hours; the others do not wait for it.
            while (await remover.IsMarkedAsync(sweep, CancellationToken.None) && options.Value.Clock.GetElapsedTime(begun) < options.Value.RemovalInterval)
            {
                await Task.Delay(options.Value.Tick, options.Value.Clock);
            }

            return true;
        }
        catch (Exception e)
        {
            LogNotRemoved(sweep, e);
            return false;
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "Sweeps that are not kept any more could not all be removed; it will be tried again.")]
    private partial void LogNotExpired(Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "Sweeps that are being removed could not be looked for; it will be tried again.")]
    private partial void LogNotLookedFor(Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The removal of sweep {Sweep} could not be gone on with; it will be tried again.")]
    private partial void LogNotResumed(SweepId sweep, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Sweep {Sweep} is not kept any more and could not be removed; it will be tried again.")]
    private partial void LogNotRemoved(SweepId sweep, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "{Failures} sweeps in a row that are not kept any more could not be removed. The others wait for the next look.")]
    private partial void LogGivenUp(int failures);
}

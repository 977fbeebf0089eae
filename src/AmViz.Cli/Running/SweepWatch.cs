using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Running;

/// <summary>Shows a sweep of a cluster until it ends.</summary>
internal sealed class SweepWatch(Screen screen, TimeProvider time, ISweepClient client, SweepId sweep)
{
    /// <summary>Waits, and says how it ended.</summary>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public async Task<int> ToEndAsync(ParseResult result, CancellationToken cancellationToken)
    {
        SweepStatus status;
        try
        {
            status = await RunDisplays.For(screen, time).ShowAsync(progress => FollowAsync(progress, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Error.WriteLine($"No longer watching; sweep {sweep} goes on in the cluster. 'amviz sweep watch {sweep}' looks again, 'amviz sweep cancel {sweep}' ends it.");
            return ExitCode.Interrupted;
        }

        if (result.GetValue(SharedOptions.Json))
        {
            screen.WriteJson(status);
        }
        else
        {
            StatusText.Write(screen, status);
        }

        return ExitCodeOf(status);
    }

    /// <summary>Exit code for a sweep that has ended.</summary>
    public static int ExitCodeOf(SweepStatus ended) => ended switch
    {
        { State: SweepState.Cancelled } => ExitCode.Cancelled,
        { State: SweepState.Finished, Counts: { Failed: 0, Open: 0 } } => ExitCode.Done,
        _ => ExitCode.FinishedWithFailures,
    };

    private async Task<SweepStatus> FollowAsync(IProgress<SweepStatus> progress, CancellationToken cancellationToken)
    {
        SweepStatus? last = null;
        await foreach (var status in client.FollowAsync(sweep, cancellationToken))
        {
            progress.Report(last = status);
        }

        return last is { } ended && ended.State.HasEnded() ? ended : throw new UsageException($"The cluster's store has no sweep '{sweep}' any more.");
    }
}

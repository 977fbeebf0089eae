namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep</c>: sweeps of a cluster.</summary>
internal sealed class SweepCommand : Command
{
    public SweepCommand(CommandContext context)
        : base("sweep", "Submit sweeps to a cluster, watch and control them.")
    {
        Add(new SweepSubmitCommand(context));
        Add(new SweepWatchCommand(context));
        Add(new SweepStatusCommand(context));
        Add(new SweepListCommand(context));
        Add(new SweepTaskCommand(context));
        Add(new SweepFetchCommand(context));
        Add(new SweepRetryCommand(context));
        Add(new SweepPriorityCommand(context));
        Add(new SweepControlCommand(
            context, "pause", "Take the work of a sweep away from all devices; 'resume' goes on.",
            (client, sweep, token) => client.PauseAsync(sweep, token)));
        Add(new SweepControlCommand(
            context, "resume", "Go on with a paused sweep.",
            (client, sweep, token) => client.ResumeAsync(sweep, token)));
        Add(new SweepControlCommand(
            context, "cancel", "End a sweep; pictures that are stored stay, and submitting it again goes on.",
            (client, sweep, token) => client.CancelAsync(sweep, token)));
    }
}

using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep priority</c>: gives a sweep another rank.</summary>
internal sealed class SweepPriorityCommand : OneSweepCommand
{
    private readonly Option<int?> _priority = NumberOption.Whole("--priority", "1", "Sweeps of a higher priority get the devices first. Default: as it is.");

    private readonly Option<int?> _share = NumberOption.Whole("--share", "3", "Sweeps of one priority share the devices in proportion to this. Default: as it is.");

    public SweepPriorityCommand(CommandContext context)
        : base(
            context, "priority", "Give a sweep that has not ended another priority or share.",
            "amviz sweep priority 0123456789abcdef --priority 2 --share 3 --cluster redis://localhost:6379")
    {
        RequireSweep();
        Add(_priority);
        Add(_share);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        var (priority, share) = (result.GetValue(_priority), result.GetValue(_share));
        if (priority is null && share is null)
        {
            throw new UsageException($"Which rank? Give {_priority.Name}, {_share.Name} or both.");
        }

        if (share is < 1 or > SweepRank.LargestShare)
        {
            throw new UsageException($"{_share.Name}: {share} is out of range. Expected 1 to {SweepRank.LargestShare}.");
        }

        var status = await client.RerankAsync(sweep, priority, share, cancellationToken) ?? throw Unknown(sweep);
        if (status.State.HasEnded())
        {
            throw new UsageException($"The sweep '{sweep}' is {StatusText.Word(status.State)}; its rank would change nothing. Give --priority and --share when it is submitted again.");
        }

        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(status);
        }
        else
        {
            Context.Screen.Output.WriteLine(FormattableString.Invariant($"rank     {status.Id}  priority {status.Rank.Priority}, share {status.Rank.Share}"));
        }

        return ExitCode.Done;
    }
}

using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Abstractions;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep list</c>: the sweeps of a cluster.</summary>
internal sealed class SweepListCommand : ConnectedCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Every sweep of the cluster's store, also those that have ended or are paused." };

    public SweepListCommand(CommandContext context)
        : base(context, "list", "List the sweeps that have work, highest priority first.", "amviz sweep list --cluster redis://localhost:6379", "amviz sweep list --cluster https://amviz.example.com", "amviz sweep list --all --cluster redis://localhost:6379 --json")
        => Add(_all);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, ParseResult result, CancellationToken cancellationToken)
    {
        var sweeps = result.GetValue(_all) ? await client.AllAsync(cancellationToken) : await client.LiveAsync(cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(sweeps);
            return ExitCode.Done;
        }

        var table = Tables.Plain("sweep", "state", "pool", "priority", "share", "planned", "rendered", "skipped", "failed", "open");
        foreach (var sweep in sweeps)
        {
            var counts = sweep.Counts;
            table.AddTextRow(
                $"{sweep.Id}", StatusText.Word(sweep.State), sweep.Pool, $"{sweep.Rank.Priority}", $"{sweep.Rank.Share}",
                $"{counts.Planned}", $"{counts.Rendered}", $"{counts.Skipped}", $"{counts.Failed}", $"{counts.Open}");
        }

        Context.Screen.Results.Write(table);
        return ExitCode.Done;
    }
}

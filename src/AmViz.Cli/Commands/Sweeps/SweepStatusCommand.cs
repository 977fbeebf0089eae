using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep status</c>: how far a sweep is.</summary>
internal sealed class SweepStatusCommand(CommandContext context)
    : OneSweepCommand(
        context, "status", "Show how far a sweep is: its layers, and the devices that work for it.",
        "amviz sweep status --cluster redis://localhost:6379", "amviz sweep status --cluster https://amviz.example.com", "amviz sweep status 0123456789abcdef --cluster redis://localhost:6379 --json")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        var status = await client.StatusAsync(sweep, cancellationToken) ?? throw Unknown(sweep);
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(status);
        }
        else
        {
            StatusText.Write(Context.Screen, status);
        }

        return ExitCode.Done;
    }
}

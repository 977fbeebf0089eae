using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep watch</c>: shows a sweep until it ends.</summary>
internal sealed class SweepWatchCommand(CommandContext context)
    : OneSweepCommand(
        context, "watch", "Show how a sweep goes on until it ends: layers, devices, rate, time left. Leaving does not stop it.",
        "amviz sweep watch --cluster redis://localhost:6379", "amviz sweep watch --cluster https://amviz.example.com")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        _ = await client.StatusAsync(sweep, cancellationToken) ?? throw Unknown(sweep);
        return await new SweepWatch(Context.Screen, Context.Time, client, sweep).ToEndAsync(result, cancellationToken);
    }
}

using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary>A command that connects to a cluster before all else.</summary>
internal abstract class ConnectedCommand(CommandContext context, string name, string description, params string[] examples)
    : ClusterCommand(context, name, description, examples)
{
    /// <summary>Talks to the cluster and returns an <see cref="ExitCode"/>.</summary>
    protected abstract Task<int> RunAsync(ISweepClient client, ParseResult result, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        await using var client = await Cluster(result).ConnectAsync(cancellationToken);
        return await RunAsync(client, result, cancellationToken);
    }
}

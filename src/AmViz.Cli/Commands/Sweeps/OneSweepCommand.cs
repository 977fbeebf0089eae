using AmViz.Cli.Options;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary>A command about one sweep of a cluster.</summary>
internal abstract class OneSweepCommand : ConnectedCommand
{
    private readonly SweepArgument _sweep = new();

    protected OneSweepCommand(CommandContext context, string name, string description, params string[] examples)
        : base(context, name, description, examples)
    {
        _sweep.Argument.Description = "Id of the sweep, as 'submit' prints it. Not needed while the cluster has one live sweep.";
        Add(_sweep.Argument);
    }

    /// <summary>The sweep must be named, since other arguments follow.</summary>
    protected void RequireSweep()
    {
        _sweep.Argument.Description = "Id of the sweep, as 'submit' prints it.";
        _sweep.Argument.Arity = ArgumentArity.ExactlyOne;
    }

    /// <summary>Does it for the sweep that is meant.</summary>
    protected abstract Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, ParseResult result, CancellationToken cancellationToken)
        => await RunAsync(client, _sweep.Find(result) ?? await OnlyOne(client, cancellationToken), result, cancellationToken);

    /// <summary>What to say of a sweep that the cluster does not have.</summary>
    protected static UsageException Unknown(SweepId sweep)
        => new($"The cluster's store has no sweep '{sweep}'. 'amviz sweep list --all' lists those it has.");

    private static async Task<SweepId> OnlyOne(ISweepClient client, CancellationToken cancellationToken)
        => await client.LiveAsync(cancellationToken) switch
        {
            [var only] => only.Id,
            [] => throw new UsageException("Which sweep? None is live. Name one: 'amviz sweep list --all' lists them."),
            var several => throw new UsageException($"Which sweep? Live are {string.Join(", ", several.Select(sweep => sweep.Id))}. Name one."),
        };
}

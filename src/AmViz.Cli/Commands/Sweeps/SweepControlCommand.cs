using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep pause</c>, <c>resume</c>, <c>cancel</c>.</summary>
internal sealed class SweepControlCommand(
    CommandContext context, string name, string description, Func<ISweepClient, SweepId, CancellationToken, Task<SweepStatus>> control)
    : OneSweepCommand(context, name, description, $"amviz sweep {name} 0123456789abcdef --cluster redis://localhost:6379", $"amviz sweep {name} 0123456789abcdef --cluster https://amviz.example.com")
{
    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        if (await client.StatusAsync(sweep, cancellationToken) is null)
        {
            throw Unknown(sweep);
        }

        var status = await control(client, sweep, cancellationToken);
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(status);
        }
        else
        {
            Context.Screen.Output.WriteLine(StatusText.Line(status));
        }

        return ExitCode.Done;
    }
}

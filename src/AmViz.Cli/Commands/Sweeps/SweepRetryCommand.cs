using AmViz.Cli.Options;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep retry</c>: draws channels again that ended without a picture.</summary>
internal sealed class SweepRetryCommand : OneSweepCommand
{
    private readonly Option<bool> _failed = new("--failed") { Description = "Channels that failed and are quarantined. This is the default." };

    private readonly Option<bool> _dead = new("--dead") { Description = "Channels that nothing excites, instead: they end alike unless the software has changed." };

    private readonly Option<bool> _notFinite = new("--not-finite") { Description = "Channels whose objective became NaN or infinite, instead." };

    private readonly Option<string?> _model = new("--model", "-m") { Description = "Only those of this network.", HelpName = "MODEL" };

    private readonly Option<string?> _layer = new("--layer", "-l") { Description = "Only those of this layer, or of layers that match the pattern, such as 'conv_pw_*'.", HelpName = "LAYER" };

    private readonly Option<string?> _error = new("--error") { Description = "Only those whose error contains this text, in upper or lower case.", HelpName = "TEXT" };

    public SweepRetryCommand(CommandContext context)
        : base(
            context, "retry", "Draw again all channels of a running or ended sweep that ended without a picture and match.",
            "amviz sweep retry 0123456789abcdef --failed --cluster https://amviz.example.com",
            "amviz sweep retry 0123456789abcdef --layer 'conv_pw_*' --error memory --cluster redis://localhost:6379 --json")
    {
        Add(_failed);
        Add(_dead);
        Add(_notFinite);
        Add(_model);
        Add(_layer);
        Add(_error);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        var retry = await client.RetryAsync(sweep, Filter(result), cancellationToken) ?? throw Unknown(sweep);
        if (result.GetValue(SharedOptions.Json))
        {
            Context.Screen.WriteJson(retry);
        }
        else
        {
            Context.Screen.Output.WriteLine(FormattableString.Invariant($"retry    {sweep}  {retry.Retried} of {retry.Before} are tried again, {retry.After} stay as they are"));
        }

        return ExitCode.Done;
    }

    private TaskFilter Filter(ParseResult result)
    {
        var layer = result.GetValue(_layer);
        if (layer?.Length > LayerPattern.LongestText)
        {
            throw new UsageException($"--layer: the pattern has {layer.Length} characters. Expected at most {LayerPattern.LongestText}.");
        }

        return new() { Outcome = Outcome(result), Model = result.GetValue(_model), Layer = layer, Error = result.GetValue(_error) };
    }

    private ChannelOutcome Outcome(ParseResult result) => (result.GetValue(_failed), result.GetValue(_dead), result.GetValue(_notFinite)) switch
    {
        (_, false, false) => ChannelOutcome.Failed,
        (false, true, false) => ChannelOutcome.Dead,
        (false, false, true) => ChannelOutcome.NotFinite,
        _ => throw new UsageException("Choose one of --failed, --dead and --not-finite; to retry several kinds, run the command for each."),
    };
}

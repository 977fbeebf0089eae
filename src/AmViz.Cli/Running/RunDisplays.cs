using AmViz.Cli.CommandLine;

namespace AmViz.Cli.Running;

/// <summary>The display that suits who looks.</summary>
internal static class RunDisplays
{
    /// <summary>Bars for a person at a terminal, lines for a file or a pipe.</summary>
    public static IRunDisplay For(CommandContext context)
    {
        var meter = new RateMeter(context.Time);
        return context.Screen.IsInteractive
            ? new BarDisplay(context.Screen.Progress, meter)
            : new LineDisplay(context.Screen.Error, meter, context.Time);
    }
}

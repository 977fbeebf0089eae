using AmViz.Cli.Terminal;

namespace AmViz.Cli.Running;

/// <summary>Chooses the display of a run.</summary>
internal static class RunDisplays
{
    /// <summary>Bars for a person at a terminal, lines for a file or a pipe.</summary>
    public static IRunDisplay For(Screen screen, TimeProvider time)
    {
        var meter = new RateMeter(time);
        return screen.IsInteractive
            ? new BarDisplay(screen.Progress, meter)
            : new LineDisplay(screen.Error, meter, time);
    }
}

using System.Globalization;
using AmViz.Cli.Terminal;
using AmViz.Drawing;
using Spectre.Console;

namespace AmViz.Cli.Running;

/// <summary>Shows how far a drawing is: a moving bar for a person at a terminal, a line now and then for logs and pipes.</summary>
internal static class DrawingDisplay
{
    /// <summary>Does the work and shows its progress on standard error.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, TimeProvider time, Func<Action<DrawingProgress>, Task<T>> work)
        => screen.IsInteractive ? ShowBarAsync(screen.Progress, work) : ShowLinesAsync(screen.Error, time, work);

    private static Task<T> ShowBarAsync<T>(IAnsiConsole console, Func<Action<DrawingProgress>, Task<T>> work)
        => console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask("drawing");
                return work(progress =>
                {
                    task.Description = Describe(progress);
                    task.Value = 100 * progress.Share;
                });
            });

    private static Task<T> ShowLinesAsync<T>(TextWriter writer, TimeProvider time, Func<Action<DrawingProgress>, Task<T>> work)
    {
        var lastLine = time.GetTimestamp();
        return work(progress =>
        {
            if (time.GetElapsedTime(lastLine) >= LineDisplay.Heartbeat)
            {
                writer.WriteLine($"{Describe(progress)}, {progress.Share.ToString("0 %", CultureInfo.InvariantCulture)}");
                lastLine = time.GetTimestamp();
            }
        });
    }

    private static string Describe(DrawingProgress progress)
        => string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Pictures} pictures");
}

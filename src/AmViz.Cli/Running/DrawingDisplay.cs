using System.Globalization;
using AmViz.Cli.Terminal;
using AmViz.Drawing;
using Spectre.Console;

namespace AmViz.Cli.Running;

/// <summary>Shows how far a drawing is: a moving bar for a person at a terminal, a line now and then for logs and pipes.</summary>
internal static class DrawingDisplay
{
    /// <summary>Draws and shows the progress on standard error.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, TimeProvider time, Func<Action<DrawingProgress>, Task<T>> work)
        => ShowAsync<T>(screen, time, "drawing", report => work(progress => report(progress.Share, Describe(progress))));

    /// <summary>Measures and shows the progress on standard error, as a share from 0 to 1.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, TimeProvider time, Func<Action<double>, Task<T>> work)
        => ShowAsync<T>(screen, time, "measuring", report => work(share => report(share, "measuring")));

    /// <summary>Shows any progress on standard error: a share from 0 to 1, and what to say of it.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, TimeProvider time, string begin, Func<Action<double, string>, Task<T>> work)
        => screen.IsInteractive ? ShowBarAsync(screen.Progress, begin, work) : ShowLinesAsync(screen.Error, time, work);

    private static Task<T> ShowBarAsync<T>(IAnsiConsole console, string begin, Func<Action<double, string>, Task<T>> work)
        => console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(begin);
                return work((share, description) =>
                {
                    task.Description = description;
                    task.Value = 100 * share;
                });
            });

    private static Task<T> ShowLinesAsync<T>(TextWriter writer, TimeProvider time, Func<Action<double, string>, Task<T>> work)
    {
        var lastLine = time.GetTimestamp();
        return work((share, description) =>
        {
            if (time.GetElapsedTime(lastLine) >= LineDisplay.Heartbeat)
            {
                writer.WriteLine($"{description}, {share.ToString("0 %", CultureInfo.InvariantCulture)}");
                lastLine = time.GetTimestamp();
            }
        });
    }

    private static string Describe(DrawingProgress progress)
        => string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Pictures} pictures");
}

using AmViz.Cli.Clusters;
using AmViz.Cli.Terminal;
using AmViz.Models;
using AmViz.Networks;
using Spectre.Console;

namespace AmViz.Cli.Running;

/// <summary>Shows how far a download or an upload is: a moving bar for a person at a terminal, a line now and then for logs and pipes.</summary>
internal abstract class TransferDisplay : ITransferDisplay
{
    private const double Megabyte = 1e6;

    /// <summary>The one that suits a screen.</summary>
    public static TransferDisplay On(Screen screen, TimeProvider time)
        => screen.IsInteractive ? new Bar(screen.Progress) : new Lines(screen.Error, time);

    /// <inheritdoc/>
    public abstract Task<T> ShowAsync<T>(Func<IProgress<DownloadProgress>, Task<T>> work);

    private static string Describe(DownloadProgress progress)
        => progress.Total is { } total ? $"{progress.File}  {progress.Bytes / Megabyte:0.0} of {total / Megabyte:0.0} MB" : $"{progress.File}  {progress.Bytes / Megabyte:0.0} MB";

    private sealed class Bar(IAnsiConsole console) : TransferDisplay
    {
        public override Task<T> ShowAsync<T>(Func<IProgress<DownloadProgress>, Task<T>> work)
            => console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(context =>
                {
                    var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                    return work(new DirectProgress<DownloadProgress>(progress => Show(context, tasks, progress)));
                });

        private void Show(ProgressContext context, Dictionary<string, ProgressTask> tasks, DownloadProgress progress)
        {
            if (progress.Note is { } note)
            {
                console.WriteLine($"{progress.File}: {note}");
                return;
            }

            if (!tasks.TryGetValue(progress.File, out var task))
            {
                task = context.AddTask(progress.File);
                tasks.Add(progress.File, task);
            }

            task.Description = Markup.Escape(Describe(progress));
            task.MaxValue = progress.Total ?? Math.Max(1, progress.Bytes);
            task.Value = progress.Bytes;
        }
    }

    private sealed class Lines(TextWriter writer, TimeProvider time) : TransferDisplay
    {
        private long _lastLine = time.GetTimestamp();

        public override Task<T> ShowAsync<T>(Func<IProgress<DownloadProgress>, Task<T>> work) => work(new DirectProgress<DownloadProgress>(Show));

        private void Show(DownloadProgress progress)
        {
            if (progress.Note is { } note)
            {
                writer.WriteLine($"{progress.File}: {note}");
            }
            else if (time.GetElapsedTime(_lastLine) >= LineDisplay.Heartbeat)
            {
                writer.WriteLine(Describe(progress));
                _lastLine = time.GetTimestamp();
            }
        }
    }
}

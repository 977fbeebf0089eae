using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Running;

/// <summary>Plain lines for logs and pipes: one a finished layer, and a sign of life every few seconds.</summary>
internal sealed class LineDisplay(TextWriter writer, RateMeter meter, TimeProvider time) : IRunDisplay
{
    /// <summary>Time between two signs of life.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly FinishedLayers _finished = new();
    private long _lastLine = time.GetTimestamp();

    /// <inheritdoc/>
    public Task<T> ShowAsync<T>(Func<IProgress<SweepStatus>, Task<T>> work) => work(new Reporter(Report));

    private void Report(SweepStatus status)
    {
        var rate = meter.Observe(status);
        foreach (var line in _finished.News(status))
        {
            writer.WriteLine(rate.Left is null ? line : $"{line}  {rate}");
            _lastLine = time.GetTimestamp();
        }

        if (status.Counts.Open > 0 && time.GetElapsedTime(_lastLine) >= Heartbeat)
        {
            writer.WriteLine($"{status.Counts.Ended}/{status.Counts.Planned} channels  {rate}");
            _lastLine = time.GetTimestamp();
        }
    }
}

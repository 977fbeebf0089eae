using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Running;

/// <summary>Plain lines for logs and pipes: one a finished layer, one when a device cannot go on, and a sign of life every few seconds.</summary>
internal sealed class LineDisplay(TextWriter writer, RateMeter meter, TimeProvider time) : IRunDisplay
{
    /// <summary>Time between two signs of life.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly FinishedLayers _finished = new();
    private HashSet<(string Device, string Trouble)> _troubles = [];
    private long _lastLine = time.GetTimestamp();

    /// <inheritdoc/>
    public Task<T> ShowAsync<T>(Func<IProgress<SweepStatus>, Task<T>> work) => work(new DirectProgress<SweepStatus>(Report));

    private void Report(SweepStatus status)
    {
        var rate = meter.Observe(status);
        foreach (var line in _finished.News(status))
        {
            writer.WriteLine(rate.Left is null ? line : $"{line}  {rate}");
            _lastLine = time.GetTimestamp();
        }

        WriteTroubles(status);
        if (status.Counts.Open > 0 && time.GetElapsedTime(_lastLine) >= Heartbeat)
        {
            writer.WriteLine($"{status.Counts.Ended}/{status.Counts.Planned} channels  {rate}");
            _lastLine = time.GetTimestamp();
        }
    }

    /// <summary>Once each time that a device has another trouble, or the same again: an hour of it is not a thousand lines.</summary>
    private void WriteTroubles(SweepStatus status)
    {
        HashSet<(string Device, string Trouble)> troubles = [.. status.Devices.Where(device => device.Trouble is not null).Select(device => (device.Device, device.Trouble!))];
        foreach (var (device, trouble) in troubles.Where(found => !_troubles.Contains(found)))
        {
            writer.WriteLine($"{device} cannot go on: {trouble}");
            _lastLine = time.GetTimestamp();
        }

        _troubles = troubles;
    }
}

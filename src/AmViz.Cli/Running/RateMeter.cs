using AmViz.Cluster.Abstractions;
using AmViz.Models;

namespace AmViz.Cli.Running;

/// <summary>How fast a sweep goes, over the last half minute, and when it will be done.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Queue<(long Time, double Steps)> _samples = new();

    /// <summary>Adds a sample and returns the rate.</summary>
    public Rate Observe(SweepStatus status)
    {
        // Batches on the devices count as far as they are; what was skipped took no time.
        double stepsOfAPicture = Math.Max(1, status.Steps);
        var underway = status.Devices.Sum(device => (double)device.Images * device.Step);
        var steps = ((status.Counts.Rendered + status.Counts.Failed) * stepsOfAPicture) + underway;
        var now = time.GetTimestamp();
        while (_samples.Count > 1 && time.GetElapsedTime(_samples.Peek().Time, now) > Window)
        {
            _samples.Dequeue();
        }

        _samples.Enqueue((now, steps));
        var (begin, before) = _samples.Peek();
        var seconds = time.GetElapsedTime(begin, now).TotalSeconds;

        // A batch that is stored leaves the device a moment before it is counted, or a moment after.
        var rate = seconds > 0 ? Math.Max(0, steps - before) / seconds : 0;
        var rest = (status.Counts.Open * stepsOfAPicture) - underway;
        return new(rate, rate / stepsOfAPicture, rate > 0 ? TimeSpan.FromSeconds(Math.Max(0, rest) / rate) : null);
    }
}

/// <summary>How fast a sweep goes.</summary>
/// <param name="StepsPerSecond">Ascent steps of single images a second.</param>
/// <param name="ChannelsPerSecond">Pictures a second.</param>
/// <param name="Left">Time to the end; null while nothing is known.</param>
internal readonly record struct Rate(double StepsPerSecond, double ChannelsPerSecond, TimeSpan? Left)
{
    /// <summary>For people, such as <c>5.1 channels/s  650 steps/s  2 min 50 s left</c>.</summary>
    public override string ToString() => Left is { } left
        ? FormattableString.Invariant($"{ChannelsPerSecond:0.0#} channels/s  {StepsPerSecond:0} steps/s  {DurationText.Of(left)} left")
        : "starting";
}

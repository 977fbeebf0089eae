using System.Diagnostics;

namespace AmViz.Maximization;

/// <summary>Takes the time between kept steps; their median is not moved by what disturbs a few of them.</summary>
/// <param name="next">Is told of every kept step in turn.</param>
internal sealed class StepClock(IProgress<BatchProgress>? next) : IProgress<BatchProgress>
{
    private readonly List<(int Step, long Wall, TimeSpan Processor)> _stamps = [];

    /// <summary>Stamps a kept step.</summary>
    public void Report(BatchProgress value)
    {
        _stamps.Add((value.Step, Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime));
        next?.Report(value);
    }

    /// <summary>Wall-clock and processor time (of all threads of this process) of one step of the batch.</summary>
    /// <exception cref="InvalidOperationException">Fewer than two steps were kept.</exception>
    public (TimeSpan Wall, TimeSpan Processor) MedianStep()
    {
        if (_stamps.Count < 2)
        {
            throw new InvalidOperationException($"{_stamps.Count} kept steps are too few to measure one. Measure more steps.");
        }

        var intervals = _stamps.Zip(_stamps.Skip(1), (a, b) => (
            Wall: Stopwatch.GetElapsedTime(a.Wall, b.Wall) / (b.Step - a.Step),
            Processor: (b.Processor - a.Processor) / (b.Step - a.Step))).ToArray();
        return (Median(intervals.Select(interval => interval.Wall)), Median(intervals.Select(interval => interval.Processor)));
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times)
    {
        TimeSpan[] sorted = [.. times.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace AmViz.TextureNet.Training;

/// <summary>What one step came to, on its own batch, before the weights were moved.</summary>
internal readonly record struct StepResult(float Loss, float Accuracy);

/// <summary>Tells how training goes, in plain lines: means over the steps since the last line.</summary>
internal sealed class TrainingProgress(TextWriter output, int steps)
{
    private const int StepsBetweenLines = 50;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _processorTimeBefore = Environment.CpuUsage.TotalTime;
    private float _loss, _accuracy;
    private int _since;

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Processor time since the beginning, of all cores together; unlike the other, the same on a busy machine.</summary>
    public TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime - _processorTimeBefore;

    /// <summary>Takes note of a step, counted from 0.</summary>
    public void Report(int step, StepResult result)
    {
        (_loss, _accuracy, _since) = (_loss + result.Loss, _accuracy + result.Accuracy, _since + 1);
        int done = step + 1;
        if (done % StepsBetweenLines != 0 && done != steps)
            return;

        double rate = done / _watch.Elapsed.TotalSeconds;
        var remaining = TimeSpan.FromSeconds((steps - done) / rate);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"step {done}/{steps}  loss {_loss / _since:F3}  accuracy {_accuracy / _since:P1}  {rate:F2} steps/s  remaining {remaining:mm\\:ss}"));
        (_loss, _accuracy, _since) = (0, 0, 0);
    }
}

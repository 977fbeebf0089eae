using AmViz.Drawing;

namespace AmViz.Cli.Attacks;

/// <summary>Adds up how far the attackers are, from whatever thread they report.</summary>
/// <param name="pairs">All pairs.</param>
/// <param name="report">Called after every step.</param>
internal sealed class AttackProgress(int pairs, Action<DrawingProgress> report)
{
    private readonly Lock _lock = new();
    private double _part;                        // pairs, with shares of those at work
    private int _finished;

    /// <summary>Where a batch that is at work reports its steps.</summary>
    /// <param name="size">Pairs of the batch.</param>
    public IProgress<BatchProgress> OfBatch(int size) => new BatchSteps(this, size);

    /// <summary>Counts a pair that is finished.</summary>
    /// <param name="part">What of it no batch has counted.</param>
    public void Finish(double part = 0) => Advance(part, finished: 1);

    private void Advance(double part, int finished = 0)
    {
        lock (_lock)
        {
            _part += part;
            _finished += finished;
            report(new(_finished, pairs, Math.Min(1, _part / pairs)));
        }
    }

    /// <summary>Calls back at once and on the thread that reports, so that nothing comes after the end.</summary>
    private sealed class BatchSteps(AttackProgress all, int size) : IProgress<BatchProgress>
    {
        private int _step;

        // Steps past those that every picture takes are not foreseen, and not counted.
        public void Report(BatchProgress value)
        {
            var step = Math.Min(value.Step, value.Steps);
            all.Advance(size * (step - _step) / (double)value.Steps);
            _step = step;
        }
    }
}

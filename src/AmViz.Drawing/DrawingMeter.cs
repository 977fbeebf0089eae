namespace AmViz.Drawing;

/// <summary>Adds up the progress of batches that are drawn side by side.</summary>
/// <param name="batches">All of them.</param>
/// <param name="report">Called by one thread at a time; null: nobody is interested.</param>
internal sealed class DrawingMeter(IReadOnlyList<ChannelBatch> batches, Action<DrawingProgress>? report)
{
    private readonly Lock _lock = new();
    private readonly double[] _pictures = new double[batches.Count];
    private readonly int _all = batches.Sum(batch => batch.Tasks.Count);
    private int _done;

    /// <summary>Receives the steps of a batch.</summary>
    public IProgress<BatchProgress> StepsOf(int batch) => new Steps(this, batch);

    /// <summary>A batch is finished.</summary>
    public void Finished(int batch) => Report(batch, share: 1, finished: batches[batch].Tasks.Count);

    private void Report(int batch, double share, int finished)
    {
        lock (_lock)
        {
            _pictures[batch] = share * batches[batch].Tasks.Count;
            _done += finished;
            report?.Invoke(new(_done, _all, Math.Min(1, _pictures.Sum() / _all)));
        }
    }

    // Progress<T> would post to a thread of the pool, out of order.
    private sealed class Steps(DrawingMeter meter, int batch) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => meter.Report(batch, (double)value.Step / value.Steps, finished: 0);
    }
}

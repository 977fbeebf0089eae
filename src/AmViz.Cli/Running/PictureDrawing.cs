using System.Collections.Concurrent;
using AmViz.Sweeps;

namespace AmViz.Cli.Running;

/// <summary>Draws a plan on a few renderers, all in memory.</summary>
internal sealed class PictureDrawing(SweepPlan plan, IReadOnlyList<IChannelRenderer> renderers)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, double> _picturesOfBatch = [];   // finished, and shares of those on a device
    private int _done;

    /// <summary>Draws everything; results in the order of the plan.</summary>
    /// <param name="report">Called with the progress, by one thread at a time; null: no report.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is stored.</exception>
    public async Task<IReadOnlyList<RenderedChannel>> RunAsync(Action<DrawingProgress>? report, CancellationToken cancellationToken)
    {
        var batches = Batches(renderers[0].BatchSize).ToArray();
        var drawn = new IReadOnlyList<RenderedChannel>[batches.Length];
        var next = new ConcurrentQueue<int>(Enumerable.Range(0, batches.Length));
        await Task.WhenAll(renderers.Select(async renderer =>
        {
            while (next.TryDequeue(out var number))
            {
                var count = batches[number].Tasks.Count;
                var progress = new DirectProgress<BatchProgress>(step => Advance(report, number, count * (double)step.Step / step.Steps, finished: 0));
                drawn[number] = await renderer.RenderAsync(batches[number], progress, checkpoints: null, cancellationToken);
                Advance(report, number, count, finished: count);
            }
        }));
        return [.. drawn.SelectMany(batch => batch)];
    }

    private void Advance(Action<DrawingProgress>? report, int batch, double pictures, int finished)
    {
        lock (_lock)
        {
            _picturesOfBatch[batch] = pictures;
            _done += finished;
            report?.Invoke(new(_done, plan.TaskCount, Math.Min(1, _picturesOfBatch.Values.Sum() / plan.TaskCount)));
        }
    }

    private IEnumerable<ChannelBatch> Batches(int size)
        => from shard in plan.Shards()
           from tasks in shard.Tasks().Chunk(size)
           select new ChannelBatch(shard.Recipe, tasks, size);
}

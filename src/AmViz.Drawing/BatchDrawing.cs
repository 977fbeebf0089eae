using System.Collections.Concurrent;

namespace AmViz.Drawing;

/// <summary>Draws batches in this process, on several renderers side by side.</summary>
/// <param name="renderers">At least one; all of the same batch size. They stay the caller's to dispose of.</param>
public sealed class BatchDrawing(IReadOnlyList<IChannelRenderer> renderers)
{
    /// <summary>Draws all of a plan, in memory.</summary>
    /// <param name="plan">What to draw.</param>
    /// <param name="report">Called as it goes on, by one thread at a time; null: nobody is interested.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <returns>A result a task, in the order of the plan.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is kept.</exception>
    /// <exception cref="DeviceFaultException">The device or the network cannot be used.</exception>
    public async Task<IReadOnlyList<RenderedChannel>> DrawAsync(SweepPlan plan, Action<DrawingProgress>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ChannelBatch[] batches = [.. plan.Shards().SelectMany(shard => Batches(shard.Recipe, shard.Tasks()))];
        var drawn = new IReadOnlyList<RenderedChannel>[batches.Length];
        await DrawAsync(batches, async (batch, rendering) => drawn[batch] = await rendering, report, cancellationToken);
        return [.. drawn.SelectMany(batch => batch)];
    }

    /// <summary>Tasks of one layer, in batches of the size that the renderers compute at once.</summary>
    public IEnumerable<ChannelBatch> Batches(RenderRecipe recipe, IEnumerable<ChannelTask> tasks)
        => tasks.Chunk(renderers[0].BatchSize).Select(batch => new ChannelBatch(recipe, batch, renderers[0].BatchSize));

    /// <summary>Draws batches and passes each on as soon as it is drawn.</summary>
    /// <param name="batches">Begun in this order.</param>
    /// <param name="finish">Gets the number of a batch and its rendering, which may fail; what it throws ends the drawing.</param>
    /// <param name="report">Called as it goes on, by one thread at a time; null: nobody is interested.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public async Task DrawAsync(
        IReadOnlyList<ChannelBatch> batches, Func<int, Task<IReadOnlyList<RenderedChannel>>, Task> finish, Action<DrawingProgress>? report, CancellationToken cancellationToken)
    {
        var meter = new DrawingMeter(batches, report);
        var next = new ConcurrentQueue<int>(Enumerable.Range(0, batches.Count));
        await Task.WhenAll(renderers.Select(async renderer =>
        {
            while (next.TryDequeue(out var batch))
            {
                await finish(batch, renderer.RenderAsync(batches[batch], meter.StepsOf(batch), checkpoints: null, cancellationToken));
                meter.Finished(batch);
            }
        }));
    }
}

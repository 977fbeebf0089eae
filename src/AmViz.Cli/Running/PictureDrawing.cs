using System.Collections.Concurrent;
using AmViz.Sweeps;

namespace AmViz.Cli.Running;

/// <summary>Draws a plan on a few renderers, all in memory.</summary>
internal sealed class PictureDrawing(SweepPlan plan, IReadOnlyList<IChannelRenderer> renderers)
{
    /// <summary>Draws everything; results in the order of the plan.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is kept.</exception>
    public async Task<IReadOnlyList<RenderedChannel>> RunAsync(CancellationToken cancellationToken)
    {
        var batches = Batches(renderers[0].BatchSize).ToArray();
        var drawn = new IReadOnlyList<RenderedChannel>[batches.Length];
        var next = new ConcurrentQueue<int>(Enumerable.Range(0, batches.Length));
        await Task.WhenAll(renderers.Select(async renderer =>
        {
            while (next.TryDequeue(out var number))
            {
                drawn[number] = await renderer.RenderAsync(batches[number], progress: null, cancellationToken);
            }
        }));
        return [.. drawn.SelectMany(batch => batch)];
    }

    private IEnumerable<ChannelBatch> Batches(int size)
        => from shard in plan.Shards()
           from tasks in shard.Tasks().Chunk(size)
           select new ChannelBatch(shard.Recipe, tasks, size);
}

using AmViz.Cli.Photographs;
using AmViz.Maximization;
using AmViz.Responses;

namespace AmViz.Cli.Responding;

/// <summary>Computes shards on one device.</summary>
/// <param name="plan">The pass.</param>
/// <param name="photographs">What the network is shown.</param>
/// <param name="responder">The device.</param>
/// <param name="sample">See <see cref="ResponseSample.Of"/>.</param>
internal sealed class ShardRun(ResponsePlan plan, IPhotographs photographs, IResponder responder, IReadOnlySet<long> sample)
{
    private readonly IReadOnlyList<string> _layers = [.. plan.Layers.Select(layer => layer.Name)];

    /// <summary>Computes a shard. While the device is at work on a batch the next one is read.</summary>
    /// <param name="shard">Which.</param>
    /// <param name="finished">Told how many photographs were finished, batch by batch.</param>
    /// <param name="cancellationToken">Honoured between two batches.</param>
    public async Task<ShardStatistics> RunAsync(ResponseShard shard, Action<int> finished, CancellationToken cancellationToken)
    {
        var read = await photographs.OpenAsync(shard, cancellationToken);
        var builder = new ShardBuilder(plan, shard, responder.Environment, sample);
        var next = Task.Run(() => ReadBatchAsync(shard, 0, read), CancellationToken.None);
        for (var done = 0; done < shard.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var readings = await next;
            var following = done + readings.Length;
            next = Task.Run(() => ReadBatchAsync(shard, following, read), CancellationToken.None);
            await RespondAsync(readings, builder, cancellationToken);
            done = following;
            finished(readings.Length);
        }

        return builder.Finish();
    }

    private async Task RespondAsync(PhotographReading[] readings, ShardBuilder builder, CancellationToken cancellationToken)
    {
        foreach (var unreadable in readings.Select(reading => reading.Unreadable).OfType<UnreadablePhotograph>())
        {
            builder.Add(unreadable);
        }

        PhotographReading[] shown = [.. readings.Where(reading => reading.Picture is not null)];
        if (shown.Length > 0)
        {
            var responses = await responder.RespondAsync([.. shown.Select(reading => reading.Picture!)], _layers, plan.Batch, cancellationToken);
            builder.Add([.. shown.Select(reading => reading.Photograph!)], responses);
        }
    }

    private async Task<PhotographReading[]> ReadBatchAsync(ResponseShard shard, int from, Func<long, Task<PhotographReading>> read)
    {
        var readings = new List<PhotographReading>();
        for (var at = from; at < Math.Min(from + plan.Batch, shard.Count); at++)
        {
            readings.Add(await read(shard.First + at));
        }

        return [.. readings];
    }
}

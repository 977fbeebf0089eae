using System.Collections.Concurrent;
using AmViz.Cli.Photographs;
using AmViz.Maximization;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Responding;

/// <summary>Computes the shards of a pass that are not there yet, on a few devices side by side; each is stored as soon as it is finished.</summary>
/// <param name="plan">The pass.</param>
/// <param name="store">Where its shards go.</param>
/// <param name="photographs">What the network is shown.</param>
internal sealed class ResponseRun(ResponsePlan plan, ResponseStore store, IPhotographs photographs)
{
    /// <summary>Computes what is missing.</summary>
    /// <param name="open">Shards that are missing.</param>
    /// <param name="responders">The devices.</param>
    /// <param name="report">Told the share that is done, and in words.</param>
    /// <param name="cancellationToken">Honoured between two batches; finished shards stay.</param>
    public async Task RunAsync(IReadOnlyList<int> open, IReadOnlyList<IResponder> responders, Action<double, string> report, CancellationToken cancellationToken)
    {
        var (queue, sample) = (new ConcurrentQueue<int>(open), ResponseSample.Of(plan.Photographs.Count).ToHashSet());
        var total = open.Sum(index => (long)plan.Shard(index).Count);
        var (done, gate) = (0L, new Lock());
        void Advance(int photographs)
        {
            lock (gate)
            {
                done += photographs;
                report((double)done / total, FormattableString.Invariant($"{done} of {total} photographs"));
            }
        }

        // One that fails stops the others at their next batch, so that its error is told at once.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(responders.Select(async responder =>
        {
            var run = new ShardRun(plan, photographs, responder, sample);
            try
            {
                while (queue.TryDequeue(out var index))
                {
                    await store.CommitAsync(plan, await run.RunAsync(plan.Shard(index), Advance, stop.Token), stop.Token);
                }
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }));
    }
}

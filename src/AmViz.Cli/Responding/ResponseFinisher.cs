using AmViz.Cli.Photographs;
using AmViz.Maximization;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Responding;

/// <summary>From the statistics of all shards to tables and crops.</summary>
/// <param name="plan">The pass; all its shards are there.</param>
/// <param name="store">Where they lie.</param>
/// <param name="samples">Where responses to the sampled photographs go.</param>
/// <param name="photographs">Read once more, as far as they are shown.</param>
/// <param name="responder">Measures fields.</param>
/// <param name="choice">What is shown.</param>
internal sealed class ResponseFinisher(ResponsePlan plan, ResponseStore store, SampleStore samples, IPhotographs photographs, IResponder responder, ShownChoice choice)
{
    /// <summary>Writes what is not there yet, the summary last.</summary>
    /// <param name="report">Told the share that is done, and in words.</param>
    /// <param name="cancellationToken">Layers that are finished stay.</param>
    public async Task<ResponseSummary> FinishAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        var summary = await WriteTablesAsync(report, cancellationToken);
        await store.WriteSummaryAsync(summary, cancellationToken);
        return summary;
    }

    /// <summary>Writes what is not there yet, but for the summary.</summary>
    /// <param name="report">Told the share that is done, and in words.</param>
    /// <param name="cancellationToken">Layers that are finished stay.</param>
    /// <returns>The summary.</returns>
    public async Task<ResponseSummary> WriteTablesAsync(Action<double, string> report, CancellationToken cancellationToken)
    {
        var pass = new PassStatistics(plan);
        for (var shard = 0; shard < plan.ShardCount; shard++)
        {
            report((double)shard / plan.ShardCount, "merging");
            pass.Add(await store.ReadShardAsync(plan, shard, cancellationToken));
        }

        await store.WritePhotographsAsync(plan, cancellationToken);
        var showing = new LayerShowing(plan, store, photographs, responder, choice);
        var layers = new List<RespondedLayer>();
        for (var index = 0; index < plan.Layers.Count; index++)
        {
            var layer = plan.Layers[index];
            report((double)index / plan.Layers.Count, $"crops of {layer.Name}");
            var field = await responder.MeasureFieldAsync(layer, cancellationToken);
            var tables = new LayerReport(pass, index);
            await samples.WriteAsync(pass, tables, cancellationToken);
            if (!await store.HasTablesAsync(plan, choice, layer, cancellationToken))
            {
                await store.WriteTablesAsync(pass, choice, tables, await showing.ShowAsync(tables, field, cancellationToken), cancellationToken);
            }

            layers.Add(new(layer.Name, layer.Channels, ResultLayout.ResponseTable(plan.Id, choice.Name, layer.Name, "responses").Value, field));
        }

        return new(
            ResponseSummary.CurrentFormatVersion, plan.Id, choice, plan.Model, plan.WeightsDigest, pass.Shown, pass.Unreadable, plan.Photographs.Labels, [.. pass.Environments], layers);
    }
}

using AmViz.Cluster.Http;
using AmViz.Drawing;
using AmViz.Storage;

namespace AmViz.Cli.Running;

/// <summary>What a sweep would take, by a few steps on this machine, beside what is stored already. Nothing is begun and nothing is stored.</summary>
internal static class SweepForecast
{
    // Of parts and tables together, measured: 830 bytes of JSON and some 60 of Parquet.
    private const int ManifestBytesAPicture = 900;

    /// <summary>Measures.</summary>
    /// <param name="plan">What would be drawn.</param>
    /// <param name="renderers">What to measure; at least one.</param>
    /// <param name="store">Where some of the pictures may lie already; null: it is not known.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Told how far the measuring is, 0 to 1; null: nobody is interested.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    /// <exception cref="DeviceFaultException">The device or the network cannot be used.</exception>
    public static async Task<EstimatedSweep> MeasureAsync(
        SweepPlan plan, IReadOnlyList<IChannelRenderer> renderers, IBlobStore? store, TimeProvider time, Action<double>? report, CancellationToken cancellationToken)
    {
        var stored = store is null ? [] : await StoredAsync(plan, store, cancellationToken);
        var estimate = await new SweepEstimator(renderers, time).EstimateAsync(plan, report, cancellationToken);
        return Document(plan, Left(estimate, stored), stored.Sum());
    }

    /// <summary>How many pictures of each layer are in the store.</summary>
    private static async Task<int[]> StoredAsync(SweepPlan plan, IBlobStore store, CancellationToken cancellationToken)
        => await Task.WhenAll(plan.Layers.Select(async layer =>
        {
            var pictures = ResultLayout.Pictures(layer.Model, layer.WeightsDigest, layer.Layer, plan.RecipeFor(layer).Hash);
            return await store.ListAsync(pictures, cancellationToken).CountAsync(
                picture => ResultLayout.TryParsePicture(picture.Path.Name, out var channel, out var seed) && layer.Channels.Contains(channel) && plan.Seeds.Contains(seed), cancellationToken);
        }));

    private static SweepEstimate Left(SweepEstimate estimate, int[] stored)
        => estimate with { Layers = [.. estimate.Layers.Select((layer, index) => layer with { Pictures = layer.Pictures - stored.ElementAtOrDefault(index) })] };

    private static EstimatedSweep Document(SweepPlan plan, SweepEstimate left, int stored) => new(
        plan.Id, plan.Layers.Sum(layer => layer.Channels.Count), left.Pictures, stored, (long)left.Pictures * plan.Recipe.Steps,
        left.Device, left.Renderers, Math.Round(left.DeviceSeconds, 3), Math.Round(left.Seconds, 3),
        left.Pictures, (long)left.Bytes + ((long)ManifestBytesAPicture * left.Pictures),
        [.. left.Layers.Select(layer => new EstimatedLayer(layer.Model, layer.Layer, layer.Pictures, layer.SecondsAPicture, layer.BytesAPicture, layer.StepsMeasured))]) { StartSeconds = Math.Round(left.StartSeconds, 3) };
}

using System.Globalization;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Drawing;
using AmViz.Storage;

namespace AmViz.Cli.Running;

/// <summary><c>--estimate</c>: what a sweep would take, by a few steps on this machine. Nothing is begun and nothing is stored.</summary>
/// <param name="screen">Where it is written.</param>
/// <param name="engine">Makes the renderers that are measured.</param>
/// <param name="time">The clock.</param>
internal sealed class EstimateReport(Screen screen, IEngine engine, TimeProvider time)
{
    // Of parts and tables together, measured: 830 bytes of JSON and some 60 of Parquet.
    private const int ManifestBytesAPicture = 900;

    private const double Megabyte = 1e6;

    /// <summary>Measures and writes.</summary>
    /// <param name="plan">What would be drawn.</param>
    /// <param name="networks">Its networks.</param>
    /// <param name="device">What to measure on.</param>
    /// <param name="store">Where some of the pictures may lie already; null: it is not known.</param>
    /// <param name="asJson">For scripts.</param>
    /// <param name="cancellationToken">Honoured between two steps.</param>
    public async Task WriteAsync(
        SweepPlan plan, OpenedNetworks networks, DeviceChoice device, IBlobStore? store, bool asJson, CancellationToken cancellationToken)
    {
        var stored = store is null ? [] : await StoredAsync(plan, store, cancellationToken);
        using var renderers = new Renderers(engine.CreateRenderers(networks.Known, device, plan.TaskCount));
        var estimate = await DrawingDisplay.ShowAsync(
            screen, time, (Action<double> report) => new SweepEstimator(renderers.All, time).EstimateAsync(plan, report, cancellationToken));
        var document = Document(plan, Left(estimate, stored), stored.Sum());
        if (asJson)
        {
            screen.WriteJson(document);
        }
        else
        {
            WriteText(screen.Output, document);
        }
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

    private static EstimateDocument Document(SweepPlan plan, SweepEstimate left, int stored) => new(
        plan.Id, plan.Layers.Sum(layer => layer.Channels.Count), left.Pictures, stored, (long)left.Pictures * plan.Recipe.Steps,
        left.Device, left.Renderers, Math.Round(left.DeviceSeconds, 3), Math.Round(left.Seconds, 3),
        left.Pictures, (long)left.Bytes + ((long)ManifestBytesAPicture * left.Pictures), left.Layers);

    private static void WriteText(TextWriter output, EstimateDocument estimate)
    {
        var stored = estimate.Stored == 0 ? "" : $", {estimate.Stored} more are in the store already";
        var measured = estimate.Layers.Count(layer => layer.StepsMeasured > 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"estimate {estimate.Pictures} pictures of {estimate.Channels} channels{stored}: {estimate.Steps:#,0} steps"));
        output.WriteLine($"time     {DurationText.Of(TimeSpan.FromSeconds(estimate.DeviceSeconds))} of one device; {DurationText.Of(TimeSpan.FromSeconds(estimate.Seconds))} on {estimate.Renderers} x {estimate.Device} of this machine");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"store    {estimate.Blobs} pictures, {estimate.Bytes / Megabyte:0.0} MB with their manifest and without an atlas"));
        output.WriteLine($"measured {measured} of {estimate.Layers.Count} layers, by up to {estimate.Layers.Max(layer => layer.StepsMeasured)} steps");
    }
}

/// <summary>What <c>--estimate --json</c> prints: of what is not stored yet.</summary>
/// <param name="SweepId">The sweep.</param>
/// <param name="Channels">Channels of the plan.</param>
/// <param name="Pictures">Pictures to draw.</param>
/// <param name="Stored">Pictures that are in the store already.</param>
/// <param name="Steps">Ascent steps of all pictures.</param>
/// <param name="Device">Kind of device that was measured.</param>
/// <param name="Renderers">Renderers of this machine, which were measured side by side.</param>
/// <param name="DeviceSeconds">Seconds of one device for all; divide by the number of devices.</param>
/// <param name="Seconds">Seconds of this machine.</param>
/// <param name="Blobs">Pictures as blobs; the manifest adds a few.</param>
/// <param name="Bytes">Bytes of pictures and manifest.</param>
/// <param name="Layers">Every layer.</param>
internal sealed record EstimateDocument(
    SweepId SweepId, int Channels, int Pictures, int Stored, long Steps, string Device, int Renderers, double DeviceSeconds, double Seconds, int Blobs, long Bytes,
    IReadOnlyList<LayerEstimate> Layers);

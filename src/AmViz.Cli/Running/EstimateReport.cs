using System.Globalization;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Http;
using AmViz.Storage;

namespace AmViz.Cli.Running;

/// <summary><c>--estimate</c>: what a sweep would take, by a few steps on this machine. Nothing is begun and nothing is stored.</summary>
/// <param name="screen">Where it is written.</param>
/// <param name="engine">Makes the renderers that are measured.</param>
/// <param name="time">The clock.</param>
internal sealed class EstimateReport(Screen screen, IEngine engine, TimeProvider time)
{
    private const double Megabyte = 1e6;

    // Nobody plans with less.
    private const double LeastStart = 0.5;

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
        if (plan.Work is not null)
        {
            throw new UsageException("--estimate: what is estimated are pictures, and this sweep draws none. 'amviz bench --responses' measures how many a network is shown in a second.");
        }

        using var renderers = new Renderers(engine.CreateRenderers(networks.Known, networks.Photographs, device, plan.TaskCount));
        var document = await DrawingDisplay.ShowAsync(
            screen, time, (Action<double> report) => SweepForecast.MeasureAsync(plan, renderers.All, store, time, report, cancellationToken));
        Write(screen, document, "this machine", asJson);
    }

    /// <summary>Writes what was measured.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="estimate">It.</param>
    /// <param name="machine">Whose device was measured.</param>
    /// <param name="asJson">For scripts.</param>
    public static void Write(Screen screen, EstimatedSweep estimate, string machine, bool asJson)
    {
        if (asJson)
        {
            screen.WriteJson(estimate);
        }
        else
        {
            WriteText(screen.Output, estimate, machine);
        }
    }

    private static void WriteText(TextWriter output, EstimatedSweep estimate, string machine)
    {
        var stored = estimate.Stored == 0 ? "" : $", {estimate.Stored} more are in the store already";
        var measured = estimate.Layers.Count(layer => layer.StepsMeasured > 0);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"estimate {estimate.Pictures} pictures of {estimate.Channels} channels{stored}: {estimate.Steps:#,0} steps"));
        output.WriteLine($"time     {DurationText.Of(TimeSpan.FromSeconds(estimate.DeviceSeconds))} of one device; {DurationText.Of(TimeSpan.FromSeconds(estimate.Seconds))} on {estimate.Renderers} x {estimate.Device} of {machine}{Start(estimate)}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"store    {estimate.Blobs} pictures, {estimate.Bytes / Megabyte:0.0} MB with their manifest and without an atlas"));
        output.WriteLine($"measured {measured} of {estimate.Layers.Count} layers, by up to {estimate.Layers.Max(layer => layer.StepsMeasured)} steps");
    }

    private static string Start(EstimatedSweep estimate)
        => estimate.StartSeconds < LeastStart ? "" : $", of which {DurationText.Of(TimeSpan.FromSeconds(estimate.StartSeconds))} to load networks";
}

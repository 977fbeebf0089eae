using System.Globalization;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Abstractions;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Running;

/// <summary>The status of a sweep for people.</summary>
internal static class StatusText
{
    /// <summary>A state as people write it.</summary>
    public static string Word(SweepState state) => state.ToString().ToLowerInvariant();

    /// <summary>In one line.</summary>
    public static string Line(SweepStatus status)
    {
        var counts = status.Counts;
        var pool = status.Pool == DevicePool.Any ? "" : $"pool {status.Pool}  ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"sweep    {status.Id}  {Word(status.State)}  {pool}{counts.Rendered} rendered, {counts.Skipped} skipped, {counts.Failed} failed, {counts.Open} of {counts.Planned} open");
    }

    /// <summary>With its layers and devices.</summary>
    public static void Write(Screen screen, SweepStatus status)
    {
        var layers = Tables.Plain("model", "layer", "planned", "rendered", "skipped", "failed", "open");
        foreach (var layer in status.Layers)
        {
            var counts = layer.Counts;
            layers.AddTextRow(layer.Model, layer.Layer, $"{counts.Planned}", $"{counts.Rendered}", $"{counts.Skipped}", $"{counts.Failed}", $"{counts.Open}");
        }

        screen.Results.Write(layers);
        if (status.Devices.Count > 0)
        {
            screen.Output.WriteLine();
            screen.Results.Write(Devices(status.Devices));
        }

        screen.Output.WriteLine();
        if (status.LastError is { } error)
        {
            screen.Output.WriteLine($"error    {error}");
        }

        screen.Output.WriteLine(Line(status));
    }

    private static Table Devices(IEnumerable<DeviceStatus> devices)
    {
        var table = Tables.Plain("device", "pool", "activity", "layer", "images", "step", "steps/s", "stored", "trouble");
        foreach (var device in devices)
        {
            table.AddTextRow(
                device.Device, device.Pool, device.Activity.ToString().ToLowerInvariant(), device.Shard is { } shard ? $"{shard.Model}/{shard.Layer}" : "",
                $"{device.Images}", $"{device.Step}/{device.Steps}", device.StepsPerSecond.ToString("0.0", CultureInfo.InvariantCulture), $"{device.Stored}", device.Trouble ?? "");
        }

        return table;
    }
}

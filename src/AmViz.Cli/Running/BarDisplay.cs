using System.Globalization;
using AmViz.Cluster.Abstractions;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Running;

/// <summary>Moving bars for a person at a terminal: one for the sweep, one for every layer that is at work, one for every device.</summary>
internal sealed class BarDisplay(IAnsiConsole console, RateMeter meter) : IRunDisplay
{
    // More would not fit on a screen; 'amviz sweep status' lists all.
    private const int MostDevices = 16;

    private readonly FinishedLayers _finished = new();
    private readonly Dictionary<(string, string), ProgressTask> _layers = [];
    private readonly Dictionary<string, ProgressTask> _devices = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<T> ShowAsync<T>(Func<IProgress<SweepStatus>, Task<T>> work)
        => console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context =>
            {
                var total = context.AddTask("starting", maxValue: 1);
                return work(new DirectProgress<SweepStatus>(status => Report(context, total, status)));
            });

    private void Report(ProgressContext context, ProgressTask total, SweepStatus status)
    {
        foreach (var line in _finished.News(status))
        {
            console.WriteLine(line);
        }

        Show(total, $"{status.Counts.Ended}/{status.Counts.Planned} channels  {meter.Observe(status)}", status.Counts);
        foreach (var layer in status.Layers)
        {
            Show(context, layer, status);
        }

        foreach (var device in status.Devices.Take(MostDevices))
        {
            Show(context, device);
        }
    }

    private void Show(ProgressContext context, DeviceStatus device)
    {
        if (!_devices.TryGetValue(device.Device, out var task))
        {
            _devices.Add(device.Device, task = context.AddTask(device.Device));
        }

        var work = device.Shard is { } shard
            ? string.Create(CultureInfo.InvariantCulture, $"{shard.Layer}  {device.StepsPerSecond:0.0} steps/s")
            : device.Activity.ToString().ToLowerInvariant();
        task.Description = Markup.Escape($"  {device.Device}  {device.Trouble ?? work}");
        task.MaxValue = Math.Max(1, device.Steps);
        task.Value = device.Step;
    }

    private void Show(ProgressContext context, LayerProgress layer, SweepStatus status)
    {
        var key = (layer.Model, layer.Layer);
        var atWork = layer.Counts.Open > 0 && status.Devices.Any(device => device.Shard is { } shard && (shard.Model, shard.Layer) == key);
        if (atWork && !_layers.ContainsKey(key))
        {
            _layers.Add(key, context.AddTask(key.Layer));
        }

        if (_layers.TryGetValue(key, out var task))
        {
            Show(task, $"  {layer.Layer}  {layer.Counts.Ended}/{layer.Counts.Planned}", layer.Counts);
            if (!atWork)
            {
                context.RemoveTask(task);
                _layers.Remove(key);
            }
        }
    }

    private static void Show(ProgressTask task, string description, TaskCounts counts)
    {
        task.Description = Markup.Escape(description);
        task.MaxValue = Math.Max(1, counts.Planned);
        task.Value = counts.Ended;
    }
}

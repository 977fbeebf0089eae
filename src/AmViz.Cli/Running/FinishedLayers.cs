using AmViz.Cluster.Abstractions;
using AmViz.Models;

namespace AmViz.Cli.Running;

/// <summary>Reports every layer once, when its last channel has ended.</summary>
internal sealed class FinishedLayers
{
    private readonly HashSet<(string, string)> _reported = [];

    /// <summary>Lines for the layers that have ended since the last call.</summary>
    public IEnumerable<string> News(SweepStatus status)
        => from layer in status.Layers
           where layer.Counts.Planned > 0 && layer.Counts.Open == 0 && _reported.Add((layer.Model, layer.Layer))
           select $"{layer.Model}/{layer.Layer}  {Describe(layer.Counts)}";

    private static string Describe(TaskCounts counts)
    {
        var parts = new List<string> { $"{counts.Rendered + counts.Skipped}/{counts.Planned}" };
        if (counts.Skipped > 0)
        {
            parts.Add($"{counts.Skipped} skipped");
        }

        if (counts.Failed > 0)
        {
            parts.Add($"{counts.Failed} failed");
        }

        return string.Join("  ", parts);
    }
}

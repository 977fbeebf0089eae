using AmViz.TestKit;

namespace AmViz.Cluster.Silo.Tests.Observability;

/// <summary>The table of docs/metrics.md.</summary>
internal static class MetricsPage
{
    /// <summary>Type and labels of every metric, and the values of each label.</summary>
    public static IReadOnlyDictionary<string, (string Type, Dictionary<string, string[]> Labels)> Read()
        => File.ReadLines(RepositoryTree.At("docs", "metrics.md"))
            .Where(line => line.StartsWith("| `amviz_", StringComparison.Ordinal))
            .Select(line => line.Replace(@"\|", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(
                cells => cells[1].Trim('`'),
                cells => (cells[2].Split(',')[0], LabelsOf(cells[3])),
                StringComparer.Ordinal);

    // `name`: value, value; `name`: value
    private static Dictionary<string, string[]> LabelsOf(string cell)
        => cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(label => label.Split(':'))
            .ToDictionary(label => label[0].Trim('`'), label => label[1].Split(',', StringSplitOptions.TrimEntries), StringComparer.Ordinal);
}

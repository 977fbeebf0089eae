using System.Text.RegularExpressions;

namespace AmViz.Cluster.Silo.Tests.Observability;

/// <summary>What Prometheus reads from <c>/metrics</c>.</summary>
internal sealed partial class Scrape
{
    private static readonly string[] PartsOfHistograms = ["_bucket", "_sum", "_count"];

    private readonly List<(string Metric, string Series, IReadOnlyDictionary<string, string> Labels, double Value)> _samples = [];
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    public Scrape(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ') is ["#", "TYPE", var name, var type])
            {
                _types[name] = type;
            }
            else if (Sample().Match(line) is { Success: true } sample)
            {
                var labels = Label().Matches(sample.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value, StringComparer.Ordinal);
                labels.Remove("le");
                var series = sample.Groups["name"].Value;
                _samples.Add((MetricOf(series), series, labels, double.Parse(sample.Groups["value"].Value, System.Globalization.CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>Our metrics with their types.</summary>
    public IReadOnlyDictionary<string, string> Ours => _types.Where(type => type.Key.StartsWith("amviz_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    /// <summary>All label sets of a metric.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> LabelsOf(string metric) => [.. _samples.Where(sample => sample.Metric == metric).Select(sample => sample.Labels)];

    /// <summary>The sum over a series.</summary>
    public double Sum(string series, string label = "", string value = "")
        => _samples.Where(sample => sample.Series == series && (label.Length == 0 || sample.Labels[label] == value)).Sum(sample => sample.Value);

    public bool Has(string metric) => _types.ContainsKey(metric);

    private string MetricOf(string series)
        => PartsOfHistograms.Where(part => series.EndsWith(part, StringComparison.Ordinal)).Select(part => series[..^part.Length]).FirstOrDefault(_types.ContainsKey) ?? series;

    [GeneratedRegex(@"^(?<name>[a-z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}

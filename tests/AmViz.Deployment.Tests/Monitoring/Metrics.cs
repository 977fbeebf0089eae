using System.Text.RegularExpressions;

namespace AmViz.Deployment.Tests.Monitoring;

/// <summary>The metrics that docs/metrics.md names, and those that a query asks for.</summary>
internal static partial class Metrics
{
    /// <summary>Endings that a histogram's series have.</summary>
    private static readonly string[] OfHistograms = ["_bucket", "_count", "_sum"];

    /// <summary>Name and labels of every metric.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Documented { get; } = Rows()
        .ToDictionary(row => row.Groups["name"].Value, row => (IReadOnlySet<string>)Word().Matches(row.Groups["labels"].Value).Select(label => label.Groups["word"].Value).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Metrics of a query with the labels of its own that it asks for.</summary>
    public static IEnumerable<(string Name, string[] Labels)> In(string query)
        => from Match match in Asked().Matches(query)
           let name = match.Groups["name"].Value
           let metric = Array.Find(OfHistograms, ending => name.EndsWith(ending, StringComparison.Ordinal)) is { } ending && !Documented.ContainsKey(name) ? name[..^ending.Length] : name
           select (metric, Label().Matches(match.Groups["selector"].Value).Select(label => label.Groups["label"].Value).ToArray());

    private static MatchCollection Rows() => Row().Matches(File.ReadAllText(RepositoryTree.At("docs", "metrics.md")));

    [GeneratedRegex("^\\| `(?<name>amviz_\\w+)` \\|[^|]*\\|(?<labels>[^|]*)\\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<word>\\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("(?<name>amviz_\\w+)(\\{(?<selector>[^}]*)\\})?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Asked();

    [GeneratedRegex("(?<label>\\w+)\\s*(=~|!~|!=|=)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}

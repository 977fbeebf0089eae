using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Monitoring;

/// <summary>The Grafana dashboard: that its queries can be read, ask for what there is, and leave nothing out.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] OfTheScrape = ["instance", "namespace", "release"];

    private static JsonNode Dashboard { get; } = JsonNode.Parse(File.ReadAllText(Path.Combine(Release.Folder, "dashboards", "amviz.json")))!;

    private static IReadOnlyList<JsonNode> Panels => [.. Dashboard["panels"]!.AsArray().Where(panel => (string?)panel!["type"] != "row").Select(panel => panel!)];

    internal static IReadOnlyList<string> Queries => [.. Panels.SelectMany(panel => panel["targets"]!.AsArray()).Select(target => (string)target!["expr"]!)];

    [Fact]
    public void QueriesAskOnlyForMetricsAndLabelsThatThereAre()
        => Assert.All(Queries.SelectMany(Metrics.In), asked =>
        {
            Assert.Contains(asked.Name, Metrics.Documented.Keys);
            Assert.Empty(asked.Labels.Except(OfTheScrape, StringComparer.Ordinal).Except(Metrics.Documented[asked.Name], StringComparer.Ordinal));
        });

    [Fact]
    public void EveryGroupingIsByALabelThatThereIs()
        => Assert.All(Queries, query => Assert.Empty(
            By().Matches(query).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries))
                .Except(["le", .. OfTheScrape, .. Metrics.In(query).SelectMany(asked => Metrics.Documented[asked.Name])], StringComparer.Ordinal)));

    [Fact]
    public void EveryQueryFollowsTheChosenNamespaceReleaseAndSilo()
        => Assert.All(Queries.SelectMany(query => Metrics.In(query)), asked => Assert.Equal(OfTheScrape, asked.Labels.Intersect(OfTheScrape, StringComparer.Ordinal).Order(StringComparer.Ordinal)));

    [Fact]
    public void EveryMetricIsShownOrAlertedOn()
    {
        var alerts = File.ReadAllText(Path.Combine(Release.Folder, "rules", "alerts.yaml"));
        var used = Queries.Append(alerts).SelectMany(Metrics.In).Select(asked => asked.Name);
        Assert.Equal(["amviz_networks_evicted_total"], Metrics.Documented.Keys.Except(used, StringComparer.Ordinal));
    }

    [Fact]
    public async Task PromtoolReadsEveryQuery()
    {
        using var folder = new TemporaryFolder();
        var rules = new JsonArray([.. Queries.Select((query, index) => new JsonObject { ["record"] = $"query_{index}", ["expr"] = Filled(query, "5m") })]);
        var file = folder.At("queries.yml");
        await File.WriteAllTextAsync(file, new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "queries", ["rules"] = rules }) }.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Contains($"{Queries.Count} rules found", (await Tool.Promtool.RunAsync("check", "rules", file)).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public void PanelsHaveTitlesIdsAndPlacesOfTheirOwn()
    {
        Assert.All(Panels, panel => Assert.NotEqual("", (string?)panel["title"] ?? ""));
        Assert.Equal(Panels.Count, Panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        var places = Panels.SelectMany(panel => Cells(panel["gridPos"]!)).ToArray();
        Assert.Equal(places.Length, places.Distinct().Count());
    }

    [Fact]
    public async Task TheChartShipsItAsItIs()
    {
        var map = (await Release.OfAsync("ha")).Manifests.Single(manifest => manifest.Kind == "ConfigMap" && manifest.Labels.ContainsKey("grafana_dashboard"));
        Assert.True(JsonNode.DeepEquals(Dashboard, JsonNode.Parse((string)map.Json["data"]!["amviz.json"]!)));
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonNode place)
        => from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
           from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
           select (x, y);

    /// <summary>A query as Grafana sends it when everything is chosen.</summary>
    internal static string Filled(string query, string interval)
        => query.Replace("$__rate_interval", interval, StringComparison.Ordinal).Replace("$namespace", ".*", StringComparison.Ordinal).Replace("$release", ".*", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal);

    [GeneratedRegex("\\bby \\((?<labels>[^)]*)\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex By();
}

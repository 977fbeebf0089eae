using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Monitoring;

/// <summary>The alerts: their form, that they ring when they should and not when they shouldn't, and what they ask for.</summary>
public sealed class AlertTests
{
    /// <summary>Labels that a scrape adds.</summary>
    private static readonly string[] OfTheScrape = ["cluster", "instance", "namespace"];

    [Theory]
    [InlineData("ha")]
    [InlineData("keda")]
    public async Task PromtoolAcceptsTheRules(string values)
    {
        using var folder = new TemporaryFolder();
        var file = await WriteRulesAsync(folder, await RulesAsync(values));
        var check = await Tool.Promtool.RunAsync("check", "rules", file);
        Assert.Contains("SUCCESS", check.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryAlertRingsWhenItShouldAndNotBefore()
    {
        using var folder = new TemporaryFolder();
        var rules = (await RulesAsync("ha")).DeepClone();
        foreach (var rule in rules["groups"]![0]!["rules"]!.AsArray())
        {
            rule!["annotations"] = new JsonObject { ["summary"] = (string?)rule["annotations"]!["summary"] };
        }

        await WriteRulesAsync(folder, rules);
        var tests = Directory.EnumerateFiles(Folder(), "*.yaml").ToArray();
        foreach (var test in tests)
        {
            File.Copy(test, folder.At(Path.GetFileName(test)));
        }

        var run = await Tool.Promtool.RunAsync(["test", "rules", .. tests.Select(test => folder.At(Path.GetFileName(test)))]);
        Assert.True(run.Code == 0, run.Output + run.Errors);
    }

    [Fact]
    public async Task EveryAlertHasATestInWhichItRingsAndOneInWhichItDoesNot()
    {
        var cases = Directory.EnumerateFiles(Folder(), "*.yaml")
            .SelectMany(file => Yaml.Read(File.ReadAllText(file)))
            .SelectMany(file => file["tests"]!.AsArray())
            .SelectMany(test => test!["alert_rule_test"]!.AsArray())
            .ToLookup(test => (string)test!["alertname"]!, test => test!["exp_alerts"] is JsonArray { Count: > 0 }, StringComparer.Ordinal);
        Assert.All((await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray(), rule =>
        {
            Assert.Contains(true, cases[(string)rule!["alert"]!]);
            Assert.Contains(false, cases[(string)rule["alert"]!]);
        });
    }

    [Fact]
    public async Task EveryAlertSaysWhatToDoAndHowUrgentItIs()
        => Assert.All((await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray(), rule =>
        {
            Assert.Contains((string)rule!["labels"]!["severity"]!, new[] { "critical", "warning" });
            Assert.NotNull(rule["annotations"]!["summary"]);
            Assert.NotNull(rule["annotations"]!["description"]);
            Assert.Equal($"https://docs.example/amviz/operations#{((string)rule["alert"]!).ToLowerInvariant()}", (string?)rule["annotations"]!["runbook_url"]);
        });

    [Fact]
    public async Task EveryAlertHasItsPlaceInTheOperationsGuide()
    {
        var headings = (await File.ReadAllLinesAsync(RepositoryTree.At("docs", "operations.md"), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith("### AmViz", StringComparison.Ordinal)).Select(line => line["### ".Length..]);
        Assert.Equal((await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray().Select(rule => (string)rule!["alert"]!), headings);
    }

    [Fact]
    public async Task AlertsAskOnlyForMetricsThatThereAre()
        => Assert.All((await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray(), rule => Check((string)rule!["expr"]!));

    [Fact]
    public async Task AlertsAskForTheLabelsOfTheirRelease()
    {
        Assert.All((await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray(), rule => Assert.Contains("namespace=\"amviz\"", (string)rule!["expr"]!, StringComparison.Ordinal));
        Assert.All((await RulesAsync("keda"))["groups"]![0]!["rules"]!.AsArray(), rule => Assert.Contains("cluster=\"west\",namespace=\"amviz\"", (string)rule!["expr"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnAlertCanBeLeftOut()
    {
        var all = (await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray().Select(rule => (string)rule!["alert"]!).ToArray();
        var fewer = (await RulesAsync("keda"))["groups"]![0]!["rules"]!.AsArray().Select(rule => (string)rule!["alert"]!);
        Assert.Equal(["AmVizEvictions"], all.Except(fewer));
    }

    [Fact]
    public async Task TheAutoscalerAsksForTheBacklogOfItsPool()
    {
        var trigger = (await Release.OfAsync("keda")).Manifests.Single(manifest => manifest.Kind == "ScaledObject").Spec["triggers"]![0]!["metadata"]!;
        var query = (string)trigger["query"]!;
        Assert.Equal("sum(amviz_backlog_channels{cluster=\"west\",namespace=\"amviz\",pool=~\"any|gpu\"})", query);
        Check(query);
    }

    private static string Folder() => RepositoryTree.At("tests", "AmViz.Deployment.Tests", "Monitoring", "Alerts");

    private static void Check(string query)
        => Assert.All(Metrics.In(query), asked =>
        {
            Assert.Contains(asked.Name, Metrics.Documented.Keys);
            Assert.Empty(asked.Labels.Except(OfTheScrape, StringComparer.Ordinal).Except(Metrics.Documented[asked.Name], StringComparer.Ordinal));
        });

    private static async Task<JsonNode> RulesAsync(string values)
        => (await Release.OfAsync(values)).Manifests.Single(manifest => manifest.Kind == "PrometheusRule").Spec;

    // JSON is YAML too.
    private static async Task<string> WriteRulesAsync(TemporaryFolder folder, JsonNode rules)
    {
        var file = folder.At("rules.yml");
        await File.WriteAllTextAsync(file, rules.ToJsonString());
        return file;
    }
}

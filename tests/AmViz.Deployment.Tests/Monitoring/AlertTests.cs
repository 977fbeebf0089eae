using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Monitoring;

/// <summary>The alerts: their form, that they ring when they should and not when they shouldn't, and what they ask for.</summary>
public sealed class AlertTests
{
    /// <summary>Labels that a scrape adds.</summary>
    private static readonly string[] OfTheScrape = ["cluster", "instance", "namespace", "pod", "release", "sweep"];

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
        foreach (var rule in (await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray().Select(rule => rule!.DeepClone()))
        {
            rule["annotations"] = new JsonObject { ["summary"] = (string?)rule["annotations"]!["summary"] };
            await WriteAsync(folder, RulesOf((string)rule["alert"]!), new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "amviz", ["rules"] = new JsonArray(rule) }) });
        }

        var tests = new List<string>();
        foreach (var cases in Directory.EnumerateFiles(Folder(), "*.yaml").SelectMany(file => CasesOf(Yaml.Read(File.ReadAllText(file))[0])))
        {
            tests.Add(await WriteAsync(folder, $"once{tests.Count}.yml", cases));
            tests.Add(await WriteAsync(folder, $"twice{tests.Count}.yml", ScrapedByTwoJobs(cases)));
        }

        var run = await Tool.Promtool.RunAsync(["test", "rules", .. tests]);
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
    public async Task AnAlertCanBeLeftOutAndOneOfJobsIsWhereThereAreNone()
    {
        var all = (await RulesAsync("ha"))["groups"]![0]!["rules"]!.AsArray().Select(rule => (string)rule!["alert"]!).ToArray();
        var fewer = (await RulesAsync("keda"))["groups"]![0]!["rules"]!.AsArray().Select(rule => (string)rule!["alert"]!);
        Assert.Equal(["AmVizEvictions", "AmVizJobFailed"], all.Except(fewer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AlertsAboutVolumesJobsAndPodsNameThoseThatTheReleaseHas()
    {
        var release = await Release.RenderAsync("""
            metrics: {prometheusRule: {enabled: true}}
            devicePools: [{name: a, cache: {existingClaim: net.works}}, {name: b}]
            sweeps:
              - {name: one, spec: {models: [{}]}}
              - {name: two, kind: cluster, schedule: 0 2 * * *, cluster: {cache: {existingClaim: other}}, spec: {models: [{}]}}
            """);
        var alerts = release.Manifests.Single(manifest => manifest.Kind == "PrometheusRule").Spec["groups"]![0]!["rules"]!.AsArray().ToDictionary(rule => (string)rule!["alert"]!, rule => (string)rule!["expr"]!, StringComparer.Ordinal);
        Assert.Contains("persistentvolumeclaim=~\"amviz-store|data-amviz-redis-0|net[.]works|other\"", alerts["AmVizVolumeFull"], StringComparison.Ordinal);
        Assert.Contains("job_name=~\"amviz-(one|two)-[0-9a-f]+\"", alerts["AmVizJobFailed"], StringComparison.Ordinal);
        Assert.Contains("pod=~\"amviz-(coordinators|redis|pool-a|pool-b)-.+\"", alerts["AmVizRestarting"], StringComparison.Ordinal);

        // The names are those of what is there.
        var claims = release.Manifests.Where(manifest => manifest.Kind == "PersistentVolumeClaim").Select(manifest => manifest.Name);
        Assert.Equal(["amviz-store"], claims);
        Assert.All(release.Manifests.Where(manifest => manifest.Kind is "Job"), job => Assert.Matches("^amviz-(one|two)-[0-9a-f]+$", job.Name));
        Assert.All(release.Manifests.Where(manifest => manifest.Kind is "Deployment" or "StatefulSet"), workload => Assert.Matches("^amviz-(coordinators|redis|pool-a|pool-b)-.+$", $"{workload.Name}-0"));
    }

    private static string Folder() => RepositoryTree.At("tests", "AmViz.Deployment.Tests", "Monitoring", "Alerts");

    internal static void Check(string query)
        => Assert.All(Metrics.In(query), asked =>
        {
            Assert.Contains(asked.Name, Metrics.Documented.Keys);
            Assert.Empty(asked.Labels.Except(OfTheScrape, StringComparer.Ordinal).Except(Metrics.Documented[asked.Name], StringComparer.Ordinal));
        });

    private static async Task<JsonNode> RulesAsync(string values)
        => (await Release.OfAsync(values)).Manifests.Single(manifest => manifest.Kind == "PrometheusRule").Spec;

    private static string RulesOf(string alert) => $"{alert}.yml";

    /// <summary>Each case in a file of its own, which asks for the rules of its alerts alone: promtool evaluates all rules of a file for every minute of every case.</summary>
    private static IEnumerable<JsonNode> CasesOf(JsonNode file)
        => file["tests"]!.AsArray().Select(test =>
        {
            var alone = file.DeepClone();
            var alerts = test!["alert_rule_test"]!.AsArray().Select(one => (string)one!["alertname"]!).Distinct(StringComparer.Ordinal);
            alone["rule_files"] = new JsonArray([.. alerts.Select(alert => JsonValue.Create(RulesOf(alert)))]);
            alone["tests"] = new JsonArray(test.DeepClone());
            return alone;
        });

    /// <summary>The same cases, with every series there a second time, as another job scrapes it.</summary>
    private static JsonNode ScrapedByTwoJobs(JsonNode cases)
    {
        var twice = cases.DeepClone();
        foreach (var series in twice["tests"]!.AsArray().Select(test => test!["input_series"]!.AsArray()))
        {
            foreach (var again in series.Select(one => one!.DeepClone()).ToArray())
            {
                again["series"] = ((string)again["series"]!).Replace("{", "{job=\"again\",", StringComparison.Ordinal);
                series.Add(again);
            }
        }

        return twice;
    }

    private static Task<string> WriteRulesAsync(TemporaryFolder folder, JsonNode rules) => WriteAsync(folder, "rules.yml", rules);

    // JSON is YAML too.
    private static async Task<string> WriteAsync(TemporaryFolder folder, string name, JsonNode content)
    {
        var file = folder.At(name);
        await File.WriteAllTextAsync(file, content.ToJsonString());
        return file;
    }
}

using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Monitoring;

/// <summary>What pools are scaled by: the backlog of their pool, and nothing where nobody knows it.</summary>
public sealed class AutoscalingTests
{
    [Fact]
    public async Task TheAutoscalerAsksForTheBacklogOfItsPool()
    {
        var query = Query(await Release.OfAsync("keda"));
        Assert.Equal("sum(max by (pool) (amviz_backlog_channels{cluster=\"west\",namespace=\"amviz\",sweep=\"\",pool=~\"any|gpu\"}))", query);
        AlertTests.Check(query);
    }

    [Fact]
    public async Task TheBacklogIsCountedOnceWithoutThatOfOtherClustersAndIsNothingWhereNobodyIsScraped()
    {
        const string Expected = "[{labels: '{}', value: 37}]";
        string[] scraped =
        [
            Series("pool=\"any\"", 30), Series("pool=\"gpu\"", 7), Series("pool=\"cpu\"", 1000),
            Series("job=\"again\",pool=\"any\"", 30), Series("job=\"again\",pool=\"gpu\"", 7),
            Series("sweep=\"night\",pool=\"any\"", 500), Series("namespace=\"other\",pool=\"any\"", 500),
        ];
        await AnswersAsync(scraped, Expected);

        // No coordinator, or one on which the index of sweeps does not live.
        await AnswersAsync(["{series: 'amviz_silo_joined{cluster=\"west\",namespace=\"amviz\"}', values: 1x9}"], "[]");
    }

    [Fact]
    public async Task PodsStayWhereNobodyKnowsTheBacklog()
    {
        var keda = (await Release.OfAsync("keda")).Manifests.Single(manifest => manifest.Kind == "ScaledObject");

        // Otherwise an empty answer is 0, and a fallback is a number of pods.
        Assert.Equal("false", (string?)keda.Spec["triggers"]![0]!["metadata"]!["ignoreNullValues"]);
        Assert.Null(keda.Spec["fallback"]);
    }

    [Fact]
    public async Task KedaMayProveToPrometheusWhoItIs()
    {
        var trigger = Trigger(await Release.OfAsync("keda"));
        Assert.Equal("bearer", (string?)trigger["metadata"]!["authModes"]);
        Assert.Equal(("prometheus", "TriggerAuthentication"), ((string?)trigger["authenticationRef"]!["name"], (string?)trigger["authenticationRef"]!["kind"]));

        var plain = Trigger(await Release.RenderAsync("{metrics: {prometheusAddress: 'http://a'}, devicePools: [{name: a, autoscaling: {kind: keda}}]}"));
        Assert.Null(plain["authenticationRef"]);
        Assert.Null(plain["metadata"]!["authModes"]);
    }

    [Theory]
    [InlineData("keda")]
    [InlineData("hpa")]
    public async Task HowFastPodsComeAndGoCanBeSaid(string kind)
    {
        var release = await Release.RenderAsync($$"""
            metrics: {prometheusAddress: "http://a"}
            poolDefaults:
              autoscaling: {kind: {{kind}}, minReplicas: 1, cooldownSeconds: 7200}
            devicePools:
              - name: a
                autoscaling:
                  behavior:
                    scaleUp: {stabilizationWindowSeconds: 30}
                    scaleDown: {selectPolicy: Min}
              - {name: b, autoscaling: {cooldownSeconds: 60} }
            """);
        var behaviors = release.Manifests.Where(manifest => manifest.Kind is "ScaledObject" or "HorizontalPodAutoscaler")
            .Select(manifest => (manifest.Kind == "ScaledObject" ? manifest.Spec["advanced"]!["horizontalPodAutoscalerConfig"] : manifest.Spec)!["behavior"]!).ToArray();
        Assert.Equal(30, (int)behaviors[0]["scaleUp"]!["stabilizationWindowSeconds"]!);
        Assert.Equal("Min", (string?)behaviors[0]["scaleDown"]!["selectPolicy"]);

        // Kubernetes refuses more than an hour.
        Assert.Equal([3600, 60], behaviors.Select(behavior => (int)behavior["scaleDown"]!["stabilizationWindowSeconds"]!));
    }

    [Theory]
    [InlineData("podMonitor")]
    [InlineData("serviceMonitor")]
    public async Task TheMonitorFindsEverySiloAndTellsThoseOfASweepApart(string kind)
    {
        var release = await Release.RenderAsync($$"""
            metrics:
              monitor: {kind: {{kind}} }
            sweeps:
              - {name: night, kind: cluster, spec: {models: [{}]} }
              - {name: day, spec: {models: [{}]} }
            """);
        var monitor = release.Manifests.Single(manifest => manifest.Kind is "PodMonitor" or "ServiceMonitor");
        var selected = Manifest.Map(monitor.Spec["selector"]!["matchLabels"]);
        var services = release.Manifests.Where(manifest => manifest.Kind == "Service" && selected.All(pair => manifest.Labels.GetValueOrDefault(pair.Key) == pair.Value)).ToArray();
        var found = release.Pods.Where(pod => monitor.Kind == "PodMonitor" ? pod.IsSelectedBy(selected) : services.Any(service => pod.IsSelectedBy(service.Selector!))).ToArray();
        Assert.Equal(["coordinator", "device", "sweep-silo"], found.Select(pod => pod.Component).Order(StringComparer.Ordinal));
        Assert.All(found, pod => Assert.Contains("http", Assert.Single(pod.Silos).Ports));

        var endpoint = Assert.Single((monitor.Spec["podMetricsEndpoints"] ?? monitor.Spec["endpoints"])!.AsArray())!;
        Assert.Equal(
            [("__meta_kubernetes_pod_label_app_kubernetes_io_instance", "release"), ("__meta_kubernetes_pod_label_amviz_sweep", "sweep")],
            endpoint["relabelings"]!.AsArray().Select(rule => ((string)rule!["sourceLabels"]![0]!, (string)rule["targetLabel"]!)));
        Assert.Equal("night", found.Single(pod => pod.Component == "sweep-silo").Labels["amviz/sweep"]);
    }

    private static string Series(string labels, int value)
        => $"{{series: 'amviz_backlog_channels{{cluster=\"west\",{(labels.Contains("namespace", StringComparison.Ordinal) ? "" : "namespace=\"amviz\",")}{labels}}}', values: {value}x9}}";

    private static async Task AnswersAsync(IEnumerable<string> series, string samples)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("query.yml");
        await File.WriteAllTextAsync(file, $"""
            tests:
              - interval: 1m
                input_series: [{string.Join(", ", series)}]
                promql_expr_test:
                  - expr: '{Query(await Release.OfAsync("keda"))}'
                    eval_time: 5m
                    exp_samples: {samples}
            """);
        var run = await Tool.Promtool.RunAsync("test", "rules", file);
        Assert.True(run.Code == 0, run.Output + run.Errors);
    }

    private static string Query(Release release) => (string)Trigger(release)["metadata"]!["query"]!;

    private static JsonNode Trigger(Release release) => release.Manifests.Single(manifest => manifest.Kind == "ScaledObject").Spec["triggers"]![0]!;
}

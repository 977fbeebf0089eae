using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Monitoring;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>Two releases in one namespace, with all that the chart can make: nothing of the one is of the other.</summary>
public sealed partial class SideBySideTests
{
    private const string Everything = """
        cluster: {tls: {existingSecret: "", certManager: {enabled: true}}}
        api:
          ingress: {enabled: true, hosts: [amviz.example]}
          route: {enabled: true, parentRefs: [{name: public}]}
          tls: {certManager: {enabled: true, issuerRef: {name: company}}}
        metrics:
          prometheusAddress: "http://prometheus"
          monitor: {kind: podMonitor}
          prometheusRule: {enabled: true}
          dashboard: {enabled: true}
        devicePools:
          - {name: cpu, autoscaling: {kind: hpa, minReplicas: 1}}
          - {name: gpu, device: cuda, autoscaling: {kind: keda}}
        sweeps:
          - {name: given, spec: {models: [{model: texturenet}]}}
          - {name: alone, kind: cluster, spec: {models: [{model: texturenet}]}}
          - {name: nightly, schedule: 0 2 * * *, spec: {models: [{model: texturenet}]}}
        """;

    /// <summary>Names of two releases: apart, one the beginning of the other, and both with the chart's name in them.</summary>
    public static TheoryData<string, string> Pairs => new() { { "one", "two" }, { "one", "one-more" }, { "amviz", "amviz-2" }, { "vision", "amviz" } };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task NoNameIsTakenTwice(string one, string other)
    {
        var (first, second) = await BothAsync(one, other);
        Assert.Empty(Named(first).Intersect(Named(second), StringComparer.Ordinal));
        Assert.Contains($"PersistentVolumeClaim/data-{first.Manifests.Single(it => it.Kind == "StatefulSet").Name}-0", Named(first));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task NoSelectorFindsAPodOfTheOther(string one, string other)
    {
        var (first, second) = await BothAsync(one, other);
        foreach (var (own, stranger) in new[] { (first, second), (second, first) })
        {
            var selectors = own.Manifests.SelectMany(SelectorsOf).ToArray();

            // Of ten kinds of places; each finds pods of its own, or none is there to find.
            Assert.InRange(selectors.Length, 40, int.MaxValue);
            Assert.All(selectors, selector => Assert.DoesNotContain(stranger.Pods, pod => pod.IsSelectedBy(selector)));
            Assert.All(own.Manifests.Where(manifest => manifest.Selector is not null), manifest => Assert.Contains(own.Pods, pod => pod.IsSelectedBy(manifest.Selector!)));
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task TheirSilosAreClustersOfTheirOwn(string one, string other)
    {
        var (first, second) = await BothAsync(one, other);
        Assert.Empty(Settings(first, "ClusterId", "ServiceId", "Address").Intersect(Settings(second, "ClusterId", "ServiceId", "Address"), StringComparer.Ordinal));

        // A cluster in a job is named after its Job, and meets at a Service of the sweep.
        Assert.Empty(Addresses(first).Intersect(Addresses(second), StringComparer.Ordinal));
        Assert.All(Addresses(first), address => Assert.Contains("$(JOB_NAME)", address, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task TheirAlertsAndPoolsGoByTheirOwnMetrics(string one, string other)
    {
        var (first, second) = await BothAsync(one, other);
        foreach (var (own, name, stranger) in new[] { (first, one, second), (second, other, first) })
        {
            Assert.All(QueriesOf(own).SelectMany(query => Metrics.In(query)).Where(asked => asked.Name.StartsWith("amviz_", StringComparison.Ordinal)), asked => Assert.Contains("release", asked.Labels));
            Assert.All(QueriesOf(own).Where(query => query.Contains("amviz_", StringComparison.Ordinal)), query => Assert.Contains($"release=\"{name}\"", query, StringComparison.Ordinal));
            Assert.Equal(name, (string?)own.Manifests.Single(it => it.Kind == "HorizontalPodAutoscaler").Spec["metrics"]![0]!["external"]!["metric"]!["selector"]!["matchLabels"]!["release"]);

            // Those of kubelet and kube-state-metrics go by names.
            foreach (var pattern in QueriesOf(own).SelectMany(PatternsOf).Distinct(StringComparer.Ordinal))
            {
                Assert.DoesNotContain(Named(stranger), named => Regex.IsMatch(named.Split('/')[1], $"^({pattern})$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
            }
        }
    }

    private static async Task<(Release First, Release Second)> BothAsync(string one, string other) => (await Release.RenderAsync(Everything, one), await Release.RenderAsync(Everything, other));

    /// <summary>Kind and name of all that is made: of claims that a StatefulSet makes, of secrets that cert-manager makes, and of pods by the first of their numbers.</summary>
    private static IReadOnlyList<string> Named(Release release)
        => [.. release.Manifests.SelectMany(manifest => new[]
        {
            [manifest.Id],
            manifest.Kind == "StatefulSet" ? manifest.Spec["volumeClaimTemplates"]!.AsArray().Select(claim => $"PersistentVolumeClaim/{claim!["metadata"]!["name"]}-{manifest.Name}-0") : [],
            manifest.Kind == "Certificate" ? [$"Secret/{manifest.Spec["secretName"]}"] : [],
            manifest.Kind is "Deployment" or "StatefulSet" ? [$"Pod/{manifest.Name}-0"] : [],
        }.SelectMany(names => names))];

    /// <summary>Every selector of pods in an object, wherever it stands: its own, those of peers in a policy, of affinities, of spreading.</summary>
    private static IEnumerable<IReadOnlyDictionary<string, string>> SelectorsOf(Manifest manifest)
        => (manifest.Selector is { } own ? new[] { own } : []).Concat(Within(manifest.Json));

    private static IEnumerable<IReadOnlyDictionary<string, string>> Within(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair.Key is "podSelector" or "labelSelector" ? [Manifest.Map(pair.Value!["matchLabels"])] : Within(pair.Value)),
        JsonArray list => list.SelectMany(Within),
        _ => [],
    };

    private static IEnumerable<string> Settings(Release release, params string[] names)
        => release.Manifests.Where(manifest => manifest.Kind == "ConfigMap").SelectMany(map => map.Json["data"]!.AsObject())
            .Where(pair => names.Any(name => pair.Key == $"AMVIZ__Cluster__{name}")).Select(pair => (string)pair.Value!);

    private static IReadOnlyList<string> Addresses(Release release)
        => [.. release.Containers.SelectMany(container => container.Environment).Where(variable => (string?)variable["name"] == "AMVIZ__Cluster__Address").Select(variable => (string)variable["value"]!)];

    private static IReadOnlyList<string> QueriesOf(Release release)
        => [.. release.Manifests.Where(manifest => manifest.Kind == "PrometheusRule").SelectMany(rule => rule.Spec["groups"]![0]!["rules"]!.AsArray()).Select(rule => (string)rule!["expr"]!),
            .. release.Manifests.Where(manifest => manifest.Kind == "ScaledObject").Select(scaled => (string)scaled.Spec["triggers"]![0]!["metadata"]!["query"]!)];

    private static IEnumerable<string> PatternsOf(string query) => Pattern().Matches(query).Select(match => match.Groups["pattern"].Value);

    [GeneratedRegex("(persistentvolumeclaim|job_name|pod)=~\"(?<pattern>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}

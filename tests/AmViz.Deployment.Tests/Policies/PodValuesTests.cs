using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using k8s;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>What operators add to pods: the same for pods of every kind.</summary>
public sealed class PodValuesTests
{
    private const string Spec = "spec: {models: [{model: texturenet}]}";

    /// <summary>Every value of that kind, some of them in place of what the chart says.</summary>
    private const string Added =
        """
        podAnnotations: {note: here}, podLabels: {team: vision}, nodeSelector: {disk: fast}, tolerations: [{key: dedicated, operator: Exists}], affinity: {nodeAffinity: {}},
        priorityClassName: batch, runtimeClassName: gvisor, extraEnv: [{name: OTHER, value: here}, {name: HOME, value: /scratch}], envFrom: [{configMapRef: {name: company}}],
        extraArgs: [--verbose], extraVolumes: [{name: scratch, emptyDir: {sizeLimit: 2Gi}}, {name: tmp, emptyDir: {medium: Memory, sizeLimit: 1Gi}}],
        extraVolumeMounts: [{name: scratch, mountPath: /scratch}, {name: scratch, mountPath: /tmp}],
        initContainers: [{name: fetch, image: "registry.example/fetch:1", command: [fetch]}]
        """;

    /// <summary>Where these values stand in the schema, for every kind of pods.</summary>
    private static readonly string[] Kinds =
        ["coordinators", "poolDefaults", "devicePools/items", "redis/properties/own", "sweepDefaults", "sweepDefaults/properties/cluster", "sweeps/items", "sweeps/items/properties/cluster", "tests"];

    [Theory]
    [InlineData("coordinators: {$}", "coordinator")]
    [InlineData("devicePools: [{name: a, $}]", "device")]
    [InlineData("redis: {own: {$}}", "redis")]
    [InlineData("sweeps: [{name: a, $, " + Spec + "}]", "sweep")]
    [InlineData("sweeps: [{name: a, schedule: 0 2 * * *, $, " + Spec + "}]", "sweep")]
    [InlineData("sweeps: [{name: a, kind: cluster, cluster: {$}, " + Spec + "}]", "sweep-silo")]
    [InlineData("tests: {$}", "test")]
    public async Task WhatIsSaidOfAKindOfPodsReachesEveryPodOfItAndNoOther(string values, string component)
    {
        var release = await Release.RenderAsync(values.Replace("$", Added, StringComparison.Ordinal));
        KubernetesYaml.LoadAllFromString(release.Text, typeMap: null, strict: true);
        Assert.Contains(release.Pods, pod => pod.Component == component);
        Assert.All(release.Pods, pod => Assert.Equal(pod.Component == component, pod.Labels.ContainsKey("team")));
        Assert.All(release.Pods.Where(pod => pod.Component == component), pod =>
        {
            var (spec, main) = (pod.Spec, pod.Spec["containers"]![0]!);
            Assert.Equal("here", (string?)pod.Json["metadata"]!["annotations"]!["note"]);
            Assert.Equal("fast", (string?)spec["nodeSelector"]!["disk"]);
            Assert.Contains(spec["tolerations"]!.AsArray(), toleration => (string?)toleration!["key"] == "dedicated");
            Assert.NotNull(spec["affinity"]!["nodeAffinity"]);
            Assert.Equal(("batch", "gvisor"), ((string?)spec["priorityClassName"], (string?)spec["runtimeClassName"]));
            Assert.Equal(["here", "/scratch"], new[] { "OTHER", "HOME" }.Select(name => (string?)Single(main["env"], "name", name)["value"]));
            Assert.Equal("company", (string?)main["envFrom"]!.AsArray()[^1]!["configMapRef"]!["name"]);
            Assert.Equal(pod.Containers.All(container => container.Name != "health"), main["args"]!.AsArray().Any(argument => (string?)argument == "--verbose"));
            Assert.Equal("Memory", (string?)Single(spec["volumes"], "name", "tmp")["emptyDir"]!["medium"]);
            Assert.Equal(["scratch", "scratch"], new[] { "/scratch", "/tmp" }.Select(path => (string?)Single(main["volumeMounts"], "mountPath", path)["name"]));

            // First of all, and within the restricted standard.
            var fetch = spec["initContainers"]![0]!;
            Assert.Equal("fetch", (string?)fetch["name"]);
            Assert.True((bool?)fetch["securityContext"]!["readOnlyRootFilesystem"]);
        });
    }

    [Fact]
    public void EveryKindOfPodsCanBeToldTheSame()
    {
        var names = Yaml.Read($"{{{Added}}}")[0].Select(pair => pair.Key).ToArray();
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Release.Folder, "values.schema.json")))!["properties"]!;
        Assert.All(Kinds, kind => Assert.Empty(names.Except(kind.Split('/').Aggregate(schema, (at, name) => at[name]!)["properties"]!.AsObject().Select(pair => pair.Key))));
    }

    [Theory]
    [InlineData("existingConfigMap", "configMap", "name")]
    [InlineData("existingSecret", "secret", "secretName")]
    public async Task EverybodyOfAmVizTrustsTheCertificatesOfTheirOwn(string value, string volume, string name)
    {
        var release = await Release.RenderAsync($"{{caBundle: {{{value}: company, key: bundle.pem}}, sweeps: [{{name: a, {Spec}}}, {{name: b, kind: cluster, {Spec}}}]}}");
        var containers = release.Containers.Where(container => container.Name == "amviz").ToArray();
        Assert.Equal(["coordinator", "device", "sweep", "sweep-silo", "test"], containers.Select(container => container.Pod.Component).Order(StringComparer.Ordinal));
        Assert.All(containers, container =>
        {
            Assert.Equal("/etc/amviz-ca/bundle.pem", (string?)Single(container.Json["env"], "name", "SSL_CERT_FILE")["value"]);
            Assert.Equal("company", (string?)Single(container.Pod.Spec["volumes"], "name", container.Mounts["/etc/amviz-ca"])[volume]![name]);
        });
    }

    [Fact]
    public async Task EverybodyOfAmVizProvesThatItBelongsToTheCluster()
    {
        var release = await Release.RenderAsync($"{{cluster: {{tls: {{existingSecret: amviz-tls}}}}, sweeps: [{{name: a, {Spec}}}, {{name: b, kind: cluster, {Spec}}}]}}");
        Assert.All(release.Containers.Where(container => container.Name == "amviz"), container =>
        {
            var folder = (string)Single(container.Json["env"], "name", "AMVIZ__Cluster__Tls")["value"]!;
            Assert.Equal("amviz-tls", (string?)Single(container.Pod.Spec["volumes"], "name", container.Mounts[folder])["secret"]!["secretName"]);
        });
        Assert.All((await Release.OfAsync("trial")).Containers, container => Assert.DoesNotContain(container.Environment, variable => (string?)variable["name"] == "AMVIZ__Cluster__Tls"));
    }

    [Fact]
    public async Task EverybodyOfAmVizGoesThroughTheProxyAndMayReachIt()
    {
        var release = await Release.RenderAsync($"{{proxy: {{http: \"http://proxy:3128\", https: \"http://proxy:3129\"}}, sweeps: [{{name: a, {Spec}}}, {{name: b, kind: cluster, {Spec}}}]}}");
        Assert.All(release.Containers.Where(container => container.Name == "amviz"), container => Assert.Equal(
            ["http://proxy:3128", "http://proxy:3129", "localhost,127.0.0.1,.svc,.cluster.local"],
            new[] { "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY" }.Select(name => (string?)Single(container.Json["env"], "name", name)["value"])));
        Assert.All(new[] { "amviz-silos", "amviz-sweeps" }, policy =>
            Assert.Contains(release.Manifests.Single(manifest => manifest.Kind == "NetworkPolicy" && manifest.Name == policy).Spec["egress"]!.AsArray(), rule =>
                rule!["ports"]!.AsArray().Select(port => (int)port!["port"]!).SequenceEqual([3128, 3129])));
    }

    [Fact]
    public async Task SilosLogAsIsSaid()
    {
        const string Sweeps = "sweeps: [{name: b, kind: cluster, " + Spec + "}]";
        Assert.All((await Release.RenderAsync(Sweeps)).Pods.SelectMany(pod => pod.Silos), silo => Assert.Null(silo.Argument("log-format")));
        var silos = (await Release.RenderAsync($"logFormat: json\n{Sweeps}")).Pods.SelectMany(pod => pod.Silos).ToArray();
        Assert.Equal(3, silos.Length);
        Assert.All(silos, silo => Assert.Equal("json", silo.Argument("log-format")));
    }

    [Fact]
    public async Task AGpuHasTheRuntimeClassOfGpus()
    {
        var release = await Release.RenderAsync("devicePools: [{name: a, device: cuda, runtimeClassName: gvisor, gpu: {runtimeClassName: nvidia}}, {name: b, runtimeClassName: gvisor, gpu: {runtimeClassName: nvidia}}]");
        Assert.Equal(["nvidia", "gvisor"], release.Pods.Where(pod => pod.Component == "device").Select(pod => (string?)pod.Spec["runtimeClassName"]));
    }

    private static JsonNode Single(JsonNode? list, string key, string value) => list!.AsArray().Single(item => (string?)item![key] == value)!;
}

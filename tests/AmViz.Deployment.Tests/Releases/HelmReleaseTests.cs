using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Tools;
using AmViz.KubernetesApi;

namespace AmViz.Deployment.Tests.Releases;

/// <summary>The life of a release: installed, changed, taken back and removed by the real Helm, against a Kubernetes API in memory.</summary>
public sealed class HelmReleaseTests
{
    private const string Apps = "apps/v1";
    private const string Deployments = "deployments";

    [Fact]
    public async Task AReleaseIsInstalledUpgradedRolledBackAndUninstalled()
    {
        await using var cluster = FakeKubernetes.Start();
        var installed = (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--wait", "--values", Release.FileOf("sweeps"))).Succeeded();
        Assert.Contains("STATUS: deployed", installed, StringComparison.Ordinal);
        Assert.Equal(["amviz-coordinators", "amviz-pool-cpu"], Names(cluster, Apps, Deployments));
        Assert.Equal(["amviz-redis"], Names(cluster, Apps, "statefulsets"));
        var jobs = Names(cluster, "batch/v1", "jobs");
        Assert.Equal(3, jobs.Count);

        (await HelmAsync(cluster, "upgrade", Release.Name, Release.Folder, "--wait", "--values", Release.FileOf("sweeps"), "--set", "coordinators.replicas=3", "--set", "image.tag=0.2.0")).Succeeded();
        Assert.Equal(3, (int)Coordinators(cluster)["spec"]!["replicas"]!);
        Assert.Contains(":0.2.0", Coordinators(cluster).ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(Names(cluster, "batch/v1", "jobs").Intersect(jobs));

        (await HelmAsync(cluster, "rollback", Release.Name, "1", "--wait")).Succeeded();
        Assert.Equal(2, (int)Coordinators(cluster)["spec"]!["replicas"]!);
        Assert.Equal(jobs, Names(cluster, "batch/v1", "jobs"));

        Assert.Equal(2, (await HelmAsync(cluster, "test", Release.Name)).Succeeded().Split("Phase:          Succeeded").Length - 1);

        var history = JsonNode.Parse((await HelmAsync(cluster, "history", Release.Name, "--output", "json")).Succeeded())!.AsArray();
        Assert.Equal(["superseded", "superseded", "deployed"], history.Select(revision => (string)revision!["status"]!));

        (await HelmAsync(cluster, "uninstall", Release.Name)).Succeeded();
        Assert.Empty(Names(cluster, Apps, Deployments));
        Assert.Empty(Names(cluster, "v1", "secrets"));

        // The results stay.
        Assert.Equal(["amviz-store"], Names(cluster, "v1", "persistentvolumeclaims"));
    }

    [Theory]
    [InlineData("default", "ha")]
    [InlineData("trial", "default")]
    [InlineData("gpu", "keda")]
    public async Task AnUpgradeFromOneSetOfValuesToAnotherChangesNothingThatCannotBeChanged(string from, string to)
    {
        await using var cluster = FakeKubernetes.Start();
        (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf(from))).Succeeded();

        // A claim is as it is; who changes how it is mounted makes another.
        var changed = await HelmAsync(cluster, "upgrade", Release.Name, Release.Folder, "--values", Release.FileOf(to), "--set", from == "trial" ? "store.folder.existingClaim=other" : "nameOverride=");
        if (from == "trial")
        {
            // Redis had no claim, and a StatefulSet cannot be given one.
            Assert.Contains("spec.volumeClaimTemplates", changed.Errors, StringComparison.Ordinal);
            return;
        }

        changed.Succeeded();
        Assert.All(cluster.List(Apps, Deployments, Release.Namespace), deployment => Assert.Equal(Release.Name, (string?)deployment["metadata"]!["labels"]!["app.kubernetes.io/instance"]));
    }

    [Fact]
    public async Task AnUpgradeRunsNoJobAgainThatHasEnded()
    {
        await using var cluster = FakeKubernetes.Start();
        (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf("sweeps"))).Succeeded();
        var made = Uids(cluster);

        // What Kubernetes does some time after they have ended.
        foreach (var job in Jobs(cluster).Where(job => job["spec"]!["ttlSecondsAfterFinished"] is not null))
        {
            (await KubectlAsync(cluster, "delete", "job", (string)job["metadata"]!["name"]!, "--wait=false")).Succeeded();
        }

        (await HelmAsync(cluster, "upgrade", Release.Name, Release.Folder, "--values", Release.FileOf("sweeps"), "--set", "coordinators.replicas=3")).Succeeded();
        Assert.Equal(made, Uids(cluster));
    }

    [Fact]
    public async Task AnUpgradeLeavesAJobAloneThatKueueHasLetRun()
    {
        await using var cluster = FakeKubernetes.Start();
        (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf("sweeps"))).Succeeded();

        // Its webhook suspends a Job that is new and has the label of a queue; there is room later.
        var queued = Jobs(cluster).Single(job => job["metadata"]!["labels"]!["kueue.x-k8s.io/queue-name"] is not null);
        foreach (var suspend in new[] { "true", "false" })
        {
            (await KubectlAsync(cluster, "patch", "job", (string)queued["metadata"]!["name"]!, "--type=merge", "--patch", $"{{\"spec\":{{\"suspend\":{suspend}}}}}")).Succeeded();
        }

        (await HelmAsync(cluster, "upgrade", Release.Name, Release.Folder, "--values", Release.FileOf("sweeps"), "--set", "coordinators.replicas=3")).Succeeded();
        Assert.False((bool?)Jobs(cluster).Single(job => job["metadata"]!["labels"]!["kueue.x-k8s.io/queue-name"] is not null)["spec"]!["suspend"]);
    }

    [Fact]
    public async Task AnUpgradeStartsAJobThatWasSuspended()
    {
        await using var cluster = FakeKubernetes.Start();
        const string Sweeps = "sweeps=[{\"name\":\"later\",\"suspend\":true,\"spec\":{\"models\":[{\"model\":\"texturenet\"}]}}]";
        (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf("default"), "--set-json", Sweeps)).Succeeded();
        var made = Uids(cluster);
        Assert.True((bool?)Assert.Single(Jobs(cluster))["spec"]!["suspend"]);
        (await HelmAsync(cluster, "upgrade", Release.Name, Release.Folder, "--values", Release.FileOf("default"), "--set-json", Sweeps.Replace("true", "false", StringComparison.Ordinal))).Succeeded();
        Assert.Equal(made, Uids(cluster));
        Assert.NotEqual(true, (bool?)Assert.Single(Jobs(cluster))["spec"]!["suspend"]);
    }

    [Fact]
    public async Task TwoReleasesOfOneNamespaceDoNotMeet()
    {
        await using var cluster = FakeKubernetes.Start();
        foreach (var name in new[] { "one", "two" })
        {
            (await HelmAsync(cluster, "install", name, Release.Folder, "--create-namespace", "--values", Release.FileOf("default"))).Succeeded();
        }

        var ids = cluster.List("v1", "configmaps", Release.Namespace).Select(map => (string)map["data"]!["AMVIZ__Cluster__ServiceId"]!).Order(StringComparer.Ordinal);
        Assert.Equal(["one-amviz", "two-amviz"], ids);
        Assert.Equal(4, Names(cluster, Apps, Deployments).Count);
    }

    [Theory]
    [InlineData("default", "amviz sweep submit --model texturenet", "Redis is the release's own")]
    [InlineData("trial", "amviz atlas build --out /data/amviz", "This is a trial")]
    [InlineData("ha", "/dashboard", "amviz atlas build --store azure:results")]
    [InlineData("ingress", "amviz keys create admin --role admin", "https://amviz.example/api/v1/sweeps")]
    [InlineData("keda", "rollout status deployment/amviz-coordinators", "which nodes must have already")]
    public async Task TheNotesNameTheNextCommandAndWarn(string values, params string[] parts)
    {
        await using var cluster = FakeKubernetes.Start();
        var notes = (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf(values))).Succeeded();
        Assert.All(parts, part => Assert.Contains(part, notes, StringComparison.Ordinal));
        Snapshots.Hold(notes[notes.IndexOf("AmViz ", StringComparison.Ordinal)..], "tests", "AmViz.Deployment.Tests", "Snapshots", $"{values}.notes.txt");
    }

    [Theory]
    [InlineData("""
        image: {repository: registry.example/amviz}
        devicePools: [{name: own, image: {tag: 0.0.9}}, {name: other, image: {repository: elsewhere.example/amviz}}]
        """, "Pool own has an image of its own, registry.example/amviz:0.0.9", "Pool other")]
    [InlineData("""
        poolDefaults: {image: {repository: registry.example/mine, tag: 0.0.9}}
        sweeps: [{name: alone, kind: cluster, spec: {models: [{model: texturenet}]}}]
        """, "Sweep alone has an image of its own, registry.example/mine:0.0.9", "Only one of")]
    [InlineData("""
        image: {cudaDigest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        devicePools: [{name: gpu, device: cuda}]
        """, "Coordinators run amviz:0.1.0, pools gpu amviz@sha256:0123", "of its own, amviz")]
    [InlineData("""
        image: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        devicePools: [{name: gpu, device: cuda}]
        """, "pools gpu amviz:0.1.0-cuda: see that both are of one version", "of its own, amviz")]
    public async Task TheNotesSayWhichSilosAnUpgradeLeavesAtAnotherImage(string values, string said, string notSaid)
    {
        await using var cluster = FakeKubernetes.Start();
        using var folder = new TemporaryFolder();
        var file = folder.At("values.yaml");
        await File.WriteAllTextAsync(file, values, TestContext.Current.CancellationToken);
        var notes = (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf("default"), "--values", file)).Succeeded();
        Assert.Contains(said, notes, StringComparison.Ordinal);
        Assert.DoesNotContain(notSaid, notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("server")]
    public async Task KubectlAppliesTheSameTwice(string side)
    {
        await using var cluster = FakeKubernetes.Start();
        using var folder = new TemporaryFolder();
        var file = folder.At("all.yaml");
        await File.WriteAllTextAsync(file, (await Release.OfAsync("keda")).Text, TestContext.Current.CancellationToken);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            (await KubectlAsync(cluster, "apply", side == "server" ? "--server-side" : "--server-side=false", "--filename", file)).Succeeded();
        }

        Assert.Equal(["amviz-pool-gpu"], Names(cluster, "keda.sh/v1alpha1", "scaledobjects"));
    }

    private static Task<ToolRun> HelmAsync(FakeKubernetes cluster, params string[] arguments)
        => Tool.Helm4.RunAsync([.. arguments, "--namespace", Release.Namespace, "--kube-apiserver", cluster.Address.AbsoluteUri]);

    private static Task<ToolRun> KubectlAsync(FakeKubernetes cluster, params string[] arguments)
        => Tool.Kubectl.RunAsync(["--server", cluster.Address.AbsoluteUri, "--namespace", Release.Namespace, .. arguments]);

    private static IReadOnlyList<JsonObject> Jobs(FakeKubernetes cluster) => cluster.List("batch/v1", "jobs", Release.Namespace);

    private static IReadOnlyList<string> Uids(FakeKubernetes cluster) => [.. Jobs(cluster).Select(job => $"{job["metadata"]!["name"]} {job["metadata"]!["uid"]}")];

    private static JsonObject Coordinators(FakeKubernetes cluster)
        => cluster.List(Apps, Deployments, Release.Namespace).Single(deployment => (string?)deployment["metadata"]!["name"] == "amviz-coordinators");

    private static IReadOnlyList<string> Names(FakeKubernetes cluster, string groupVersion, string plural)
        => [.. cluster.List(groupVersion, plural, Release.Namespace).Select(it => (string)it["metadata"]!["name"]!)];
}

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
    public async Task TwoReleasesOfOneNamespaceDoNotMeet()
    {
        await using var cluster = FakeKubernetes.Start();
        foreach (var name in new[] { "one", "two" })
        {
            (await HelmAsync(cluster, "install", name, Release.Folder, "--create-namespace")).Succeeded();
        }

        var ids = cluster.List("v1", "configmaps", Release.Namespace).Select(map => (string)map["data"]!["AMVIZ__Cluster__ServiceId"]!).Order(StringComparer.Ordinal);
        Assert.Equal(["one-amviz", "two-amviz"], ids);
        Assert.Equal(4, Names(cluster, Apps, Deployments).Count);
    }

    [Theory]
    [InlineData("default", "amviz sweep submit --model texturenet", "Redis is the release's own")]
    [InlineData("trial", "amviz atlas build --out /data/amviz", "This is a trial")]
    [InlineData("ha", "/dashboard", "amviz atlas build --store azure:results")]
    [InlineData("keda", "rollout status deployment/amviz-coordinators", "which nodes must have already")]
    public async Task TheNotesNameTheNextCommandAndWarn(string values, params string[] parts)
    {
        await using var cluster = FakeKubernetes.Start();
        var notes = (await HelmAsync(cluster, "install", Release.Name, Release.Folder, "--create-namespace", "--values", Release.FileOf(values))).Succeeded();
        Assert.All(parts, part => Assert.Contains(part, notes, StringComparison.Ordinal));
        Snapshots.Hold(notes[notes.IndexOf("AmViz ", StringComparison.Ordinal)..], "tests", "AmViz.Deployment.Tests", "Snapshots", $"{values}.notes.txt");
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
            (await Tool.Kubectl.RunAsync("--server", cluster.Address.AbsoluteUri, "--namespace", Release.Namespace, "apply", side == "server" ? "--server-side" : "--server-side=false", "--filename", file)).Succeeded();
        }

        Assert.Equal(["amviz-pool-gpu"], Names(cluster, "keda.sh/v1alpha1", "scaledobjects"));
    }

    private static Task<ToolRun> HelmAsync(FakeKubernetes cluster, params string[] arguments)
        => Tool.Helm4.RunAsync([.. arguments, "--namespace", Release.Namespace, "--kube-apiserver", cluster.Address.AbsoluteUri]);

    private static JsonObject Coordinators(FakeKubernetes cluster)
        => cluster.List(Apps, Deployments, Release.Namespace).Single(deployment => (string?)deployment["metadata"]!["name"] == "amviz-coordinators");

    private static IReadOnlyList<string> Names(FakeKubernetes cluster, string groupVersion, string plural)
        => [.. cluster.List(groupVersion, plural, Release.Namespace).Select(it => (string)it["metadata"]!["name"]!)];
}

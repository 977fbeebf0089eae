using System.Globalization;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>Jobs that run sweeps: what they do when a pod ends, and how silos of a Job find each other.</summary>
public sealed class SweepJobTests
{
    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task AFailureThatWouldComeAgainEndsTheJobAndAnEvictionDoesNot(string values)
        => Assert.All((await Release.OfAsync(values)).Manifests.Where(manifest => manifest.Job is not null), manifest =>
        {
            Assert.Equal("Never", (string?)manifest.Pod!.Spec["restartPolicy"]);
            var rules = manifest.Job!["podFailurePolicy"]!["rules"]!.AsArray();

            // The first rule that fits counts: a pod that is evicted may well end with one of the exit codes below.
            Assert.Equal("Ignore", (string?)rules[0]!["action"]);
            Assert.Equal("DisruptionTarget", (string?)rules[0]!["onPodConditions"]![0]!["type"]);
            Assert.Equal(
                [("Ignore", "130"), ("FailJob", "2 3 4")],
                rules.Skip(1).Select(rule => ((string)rule!["action"]!, string.Join(' ', rule["onExitCodes"]!["values"]!.AsArray().Select(code => (int)code!)))));
            Assert.All(rules.Skip(1), rule => Assert.Contains(manifest.Pod.Containers, container => container.Name == (string?)rule!["onExitCodes"]!["containerName"]));
            Assert.True((int)(manifest.Job["backoffLimit"] ?? manifest.Job["backoffLimitPerIndex"])! > 0);
        });

    [Fact]
    public async Task TheFirstSiloOfAJobMayBeLateByAllThatStartingMayTakeAndNoSiloUsesUpTheTriesOfAnother()
        => Assert.All((await Release.OfAsync("sweeps")).Manifests.Where(manifest => manifest.Pod?.Component == "sweep-silo"), manifest =>
        {
            var silo = Assert.Single(manifest.Pod!.Silos);
            var patience = int.Parse(silo.Argument("join-patience")!, CultureInfo.InvariantCulture);
            var probe = silo.Json["startupProbe"]!;
            // One that is late by just so much is still found: 600 is the chart's startupSeconds.
            Assert.InRange(patience, 600 + 60, int.MaxValue);
            // Its own word, exit code 5, comes before the kubelet's.
            Assert.True((int)probe["failureThreshold"]! * (int)probe["periodSeconds"]! > patience);
            Assert.Null(manifest.Job!["backoffLimit"]);
            Assert.True((int)manifest.Job["backoffLimitPerIndex"]! > 0);
            // The others may still end it.
            Assert.Equal((int)manifest.Job["completions"]! - 1, (int)manifest.Job["maxFailedIndexes"]!);
        });

    [Fact]
    public async Task ASubmittedSweepIsWaitedForWithTheSpecOfItsConfigMap()
    {
        var release = await Release.OfAsync("sweeps");
        var job = release.Manifests.Single(manifest => manifest.Kind == "Job" && manifest.Pod!.Component == "sweep");
        var container = Assert.Single(job.Pod!.Containers);
        Assert.Equal(["sweep", "submit", "/etc/amviz/sweep.yaml", "--wait"], container.Arguments.Take(4));
        Assert.Equal("cpu", container.Argument("pool"));
        var map = (string)job.Pod.Volumes.Single(volume => volume["configMap"] is not null)["configMap"]!["name"]!;
        var spec = release.Manifests.Single(manifest => manifest.Kind == "ConfigMap" && manifest.Name == map);
        Assert.Equal("texturenet", (string?)Yaml.Read((string)spec.Json["data"]!["sweep.yaml"]!)[0]["models"]![0]!["model"]);
    }

    [Theory]
    [InlineData("trial: true", "/data/amviz")]
    [InlineData("store: {kind: azure, azure: {container: results, existingSecret: amviz-store}}", null)]
    [InlineData("store: {kind: azure, azure: {container: results, authentication: workloadIdentity, accountUrl: https://name.blob.core.windows.net, clientId: 00000000-0000-0000-0000-000000000001}}", null)]
    public async Task WhoSubmitsASweepReachesTheStoreAsASiloDoes(string values, string? folder)
    {
        var release = await Release.RenderAsync($"{values}\nsweeps: [{{name: own, spec: {{models: [{{model: mynet}}]}}}}]");
        var submit = Assert.Single(release.Pods.Single(pod => pod.Component == "sweep").Containers);
        var silo = Assert.Single(release.Pods.Single(pod => pod.Component == "coordinator").Silos);
        Assert.Equal("$(AMVIZ_STORE)", submit.Argument("store"));
        Assert.Contains(Variable(submit, "AMVIZ_CACHE")!, submit.Mounts.Keys);
        Assert.Equal(folder is not null, submit.Mounts.ContainsKey(folder ?? "/data/amviz"));
        Assert.Equal(Settings(silo), Settings(submit));
        Assert.Equal(silo.Pod.Labels.GetValueOrDefault("azure.workload.identity/use"), submit.Pod.Labels.GetValueOrDefault("azure.workload.identity/use"));
        Assert.Equal(silo.Pod.Spec["affinity"]?.ToJsonString(), submit.Pod.Spec["affinity"]?.ToJsonString());
        Assert.Equal(silo.Pod.Labels.GetValueOrDefault("amviz/store"), submit.Pod.Labels.GetValueOrDefault("amviz/store"));

        static string[] Settings(Container container) => [.. container.Environment.Where(variable => ((string)variable["name"]!).StartsWith("AMVIZ__Storage__", StringComparison.Ordinal)).Select(variable => variable.ToJsonString())];
    }

    [Fact]
    public async Task SilosOfAJobMeetAtTheRedisOfTheFirst()
    {
        var release = await Release.OfAsync("sweeps");
        var jobs = release.Manifests.Where(manifest => manifest.Pod?.Component == "sweep-silo").ToArray();
        Assert.Equal(3, jobs.Length);
        Assert.All(jobs, manifest =>
        {
            var job = manifest.Job!;
            Assert.Equal("Indexed", (string?)job["completionMode"]);
            Assert.Equal((int)job["completions"]!, (int)job["parallelism"]!);

            var service = release.Manifests.Single(other => other.Kind == "Service" && other.Name == (string?)manifest.Pod!.Spec["subdomain"]);
            Assert.True(manifest.Pod!.IsSelectedBy(service.Selector!));
            Assert.Equal("None", (string?)service.Spec["clusterIP"]);
            Assert.True((bool?)service.Spec["publishNotReadyAddresses"]);

            var silo = Assert.Single(manifest.Pod.Silos);
            Assert.Equal($"redis://default:$(REDIS_PASSWORD)@$(JOB_NAME)-0.{service.Name}:6379", Variable(silo, "AMVIZ__Cluster__Address"));
            Assert.Contains("--requirepass", manifest.Pod.Containers.Single(container => container.Name == "redis").Arguments);
            Assert.Equal("$(JOB_NAME)", Variable(silo, "AMVIZ__Cluster__ClusterId"));
            Assert.Equal("/etc/amviz/sweep.yaml", silo.Argument("sweep"));
            Assert.Equal("all", silo.Argument("role"));

            // A native sidecar: there before the silo, gone after it, and no reason for the Job to go on.
            var redis = manifest.Pod.Spec["initContainers"]!.AsArray().Single()!;
            Assert.Equal("Always", (string?)redis["restartPolicy"]);
        });
    }

    [Fact]
    public async Task AQueueOfKueueAloneSaysWhenAJobRuns()
    {
        var queued = (await Release.OfAsync("sweeps")).Manifests.Single(manifest => manifest.Labels.GetValueOrDefault("amviz/sweep") == "queued" && manifest.Kind == "Job");
        Assert.Equal("vision", queued.Labels["kueue.x-k8s.io/queue-name"]);
        Assert.Null(queued.Spec["suspend"]);
    }

    [Fact]
    public async Task AJobThatIsSuspendedIsTheSameWhenItRuns()
    {
        var (waits, runs) = (await JobAsync("suspend: true"), await JobAsync("suspend: false"));
        Assert.Equal(waits.Name, runs.Name);
        Assert.True((bool?)waits.Spec["suspend"]);
        Assert.Null(runs.Spec["suspend"]);
    }

    [Fact]
    public async Task AJobStaysUnlessATimeIsSaidAfterWhichItGoes()
    {
        Assert.Null((await JobAsync("priority: 1")).Spec["ttlSecondsAfterFinished"]);
        Assert.Equal(0, (int?)(await JobAsync("ttlSecondsAfterFinished: 0")).Spec["ttlSecondsAfterFinished"]);
    }

    [Fact]
    public async Task PodsOfASweepsOwnSilosHaveTheLabelsAndAnnotationsThatAreSaid()
    {
        var job = await JobAsync("kind: cluster, cluster: {podLabels: {team: vision}, podAnnotations: {note: by night}}");
        Assert.Equal("vision", job.Pod!.Labels["team"]);
        Assert.Equal("by night", (string?)job.Pod.Json["metadata"]!["annotations"]!["note"]);
    }

    [Fact]
    public async Task ATimeTableStartsNoSecondRunBesideTheFirst()
    {
        var crons = (await Release.OfAsync("sweeps")).Manifests.Where(manifest => manifest.Kind == "CronJob").ToArray();
        Assert.Equal(2, crons.Length);
        Assert.All(crons, cron => Assert.Equal("Forbid", (string?)cron.Spec["concurrencyPolicy"]));
        Assert.Equal([false, true], crons.OrderBy(cron => cron.Name, StringComparer.Ordinal).Select(cron => (bool)cron.Spec["suspend"]!));
    }

    private static async Task<Manifest> JobAsync(string values)
        => (await Release.RenderAsync($"sweeps: [{{name: one, {values}, spec: {{models: [{{model: texturenet}}]}}}}]")).Manifests.Single(manifest => manifest.Kind == "Job");

    private static string? Variable(Container container, string name)
        => (string?)container.Environment.Last(variable => (string?)variable["name"] == name)["value"];
}

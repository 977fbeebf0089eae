using System.Globalization;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using k8s.Models;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>What keeps a release running: resources, probes, time to leave, room to move.</summary>
public sealed class OperationTests
{
    /// <summary>Seconds to say good-bye after a drain (src/AmViz.Cluster.Silo: 8), and two to spare.</summary>
    private const int GoodBye = 10;

    /// <summary>Seconds that pods of a spot machine have, where they have least: Google's.</summary>
    private const int OfSpotMachines = 15;

    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryContainerAsksForProcessorAndMemoryAndIsThrottledNever(string values)
        => Assert.All((await Release.OfAsync(values)).Containers, container =>
        {
            var resources = container.Json["resources"]!;
            Assert.NotNull(resources["requests"]!["cpu"]);
            Assert.NotNull(resources["requests"]!["memory"]);
            Assert.NotNull(resources["limits"]!["memory"]);
            Assert.Null(resources["limits"]!["cpu"]);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryImageIsOneCertainImage(string values)
        => Assert.All((await Release.OfAsync(values)).Containers, container =>
        {
            var image = (string)container.Json["image"]!;
            Assert.Matches("(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$", image);
            Assert.DoesNotContain(":latest", image, StringComparison.Ordinal);
            Assert.NotNull(container.Json["imagePullPolicy"]);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task WhatRunsForeverHasThreeProbesOnPortsOfItsOwn(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.Where(pod => pod.Owner.Kind is "Deployment" or "StatefulSet" || pod.Silos.Count > 0).SelectMany(pod => pod.Containers), container =>
            Assert.All(["startupProbe", "readinessProbe", "livenessProbe"], probe =>
            {
                var asked = container.Json[probe]!;
                Assert.True((int?)asked["timeoutSeconds"] >= 3, "A probe of a busy machine takes longer than the default second.");
                if ((string?)(asked["httpGet"] ?? asked["tcpSocket"])?["port"] is { } port)
                {
                    Assert.Contains(port, container.Ports);
                }
            }));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task SilosAreAskedForTheirHealthWhereTheyTellIt(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Silos), silo =>
        {
            Assert.Equal("/health/startup", (string?)silo.Json["startupProbe"]!["httpGet"]!["path"]);
            Assert.Equal("/health/ready", (string?)silo.Json["readinessProbe"]!["httpGet"]!["path"]);
            Assert.Equal("/health/live", (string?)silo.Json["livenessProbe"]!["httpGet"]!["path"]);
            Assert.Equal(silo.Argument("http-port"), PortOf(silo, "http"));
            Assert.Equal(silo.Argument("silo-port"), PortOf(silo, "silo"));
            Assert.Equal(silo.Argument("gateway-port"), silo.Ports.Contains("gateway") ? PortOf(silo, "gateway") : null);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task PodsHaveTheTimeOfTheirDrainAndToSayGoodBye(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.Where(pod => pod.Silos.Count > 0), pod =>
            Assert.Equal(
                int.Parse(pod.Silos[0].Argument("drain-budget")!, CultureInfo.InvariantCulture) + GoodBye,
                (int)pod.Spec["terminationGracePeriodSeconds"]!));

    [Fact]
    public async Task PoolsAndSilosOfSweepsLeaveWithinTheTimeThatSpotMachinesAreGiven()
    {
        var release = await Release.RenderAsync("sweeps: [{name: alone, kind: cluster, spec: {models: [{model: texturenet}]}}]");
        var pods = release.Pods.Where(pod => pod.Component is "device" or "sweep-silo").ToArray();
        Assert.Equal(2, pods.Length);
        Assert.All(pods, pod => Assert.InRange((int)pod.Spec["terminationGracePeriodSeconds"]!, 1, OfSpotMachines));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task NoExampleGivesAPodOnASpotMachineMoreTimeThanThereIs(string values)
        => Assert.All(
            (await Release.OfAsync(values)).Pods.Where(pod => $"{pod.Spec["nodeSelector"]?.ToJsonString()}{pod.Spec["tolerations"]?.ToJsonString()}".Contains("spot", StringComparison.Ordinal)),
            pod => Assert.InRange((int)pod.Spec["terminationGracePeriodSeconds"]!, 1, OfSpotMachines));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task ASiloKeepsFewerNetworksThanTheVolumeOfItsCacheHolds(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Silos), silo =>
        {
            var kept = decimal.Parse((string)silo.Environment.Single(variable => (string?)variable["name"] == "AMVIZ__Cache__MaxBytes")["value"]!, CultureInfo.InvariantCulture);
            var volume = silo.Pod.Volumes.Single(it => (string?)it["name"] == silo.Mounts["/var/cache/amviz"]);
            if ((string?)volume["emptyDir"]?["sizeLimit"] is { } size)
            {
                // One that is fetched lies there before others go for it.
                Assert.InRange(kept, 1, new ResourceQuantity(size).ToDecimal() * 0.8m);
            }
        });

    [Theory]
    [InlineData("1500M", 1_125_000_000)]
    [InlineData("0.5Gi", 402_653_184)]
    [InlineData("3Ti", 2_473_901_162_496)]
    [InlineData("12000000000", 9_000_000_000)]
    public async Task TheSizeOfTheCacheReachesTheSilo(string size, long bytes)
    {
        var release = await Release.RenderAsync($"poolDefaults: {{cache: {{size: \"{size}\"}}}}");
        var silo = release.Pods.Single(pod => pod.Component == "device").Silos[0];
        Assert.Equal(bytes.ToString(CultureInfo.InvariantCulture), (string?)silo.Environment.Single(variable => (string?)variable["name"] == "AMVIZ__Cache__MaxBytes")["value"]);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task SilosAdvertiseTheirPod(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Silos), silo =>
        {
            Assert.Equal("$(POD_IP)", silo.Argument("advertise"));
            Assert.Equal("$(POD_NAME)", silo.Argument("name"));
            Assert.Equal("status.podIP", (string?)silo.Environment.Single(variable => (string?)variable["name"] == "POD_IP")["valueFrom"]!["fieldRef"]!["fieldPath"]);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task NoDrainOfNodesTakesAWholeWorkload(string values)
    {
        var release = await Release.OfAsync(values);
        Assert.All(release.Manifests.Where(manifest => manifest.Kind == "Deployment"), deployment =>
        {
            var budget = Assert.Single(release.Manifests, manifest => manifest.Kind == "PodDisruptionBudget" && deployment.Pod!.IsSelectedBy(manifest.Selector!));
            Assert.NotNull(budget.Spec["maxUnavailable"]);
            Assert.Equal(2, deployment.Pod!.Spec["topologySpreadConstraints"]!.AsArray().Count);
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task CoordinatorsAreReplacedOneByOneAndDevicesMakeRoomFirst(string values)
        => Assert.All((await Release.OfAsync(values)).Manifests.Where(manifest => manifest.Kind == "Deployment"), deployment =>
        {
            var rolling = deployment.Spec["strategy"]!["rollingUpdate"]!;
            var coordinates = deployment.Pod!.Component == "coordinator";
            Assert.Equal(coordinates ? 1 : 0, (int)rolling["maxSurge"]!);
            Assert.Equal(coordinates, rolling["maxUnavailable"]!.ToString() == "0");
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task OnlyATrialHasASingleCoordinator(string values)
    {
        var coordinators = (await Release.OfAsync(values)).Manifests.Single(manifest => manifest.Kind == "Deployment" && manifest.Pod!.Component == "coordinator");
        Assert.Equal(values == "trial", (int)coordinators.Spec["replicas"]! == 1);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task WhoDrawsOnAGpuHasOneAndMayGoWhereItIs(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Silos).Where(silo => silo.Argument("device") is not null), silo =>
        {
            var gpus = silo.Json["resources"]!["limits"]!.AsObject().Where(limit => limit.Key.StartsWith("nvidia.com/", StringComparison.Ordinal)).ToArray();
            var tolerates = (silo.Pod.Spec["tolerations"]?.AsArray() ?? []).Any(toleration => (string?)toleration!["key"] == "nvidia.com/gpu");
            if (silo.Argument("device") == "cuda")
            {
                Assert.Equal(1, (int)Assert.Single(gpus).Value!);
                Assert.True(tolerates);
                Assert.Matches("-cuda$|@sha256:", (string)silo.Json["image"]!);
            }
            else
            {
                Assert.Empty(gpus);
                Assert.False(tolerates);
                Assert.NotNull(silo.Argument("workers"));
            }
        });

    [Fact]
    public async Task APoolThatIsScaledSaysNoNumberOfItsOwn()
    {
        var release = await Release.OfAsync("keda");
        var scaled = release.Manifests.Where(manifest => manifest.Kind is "HorizontalPodAutoscaler" or "ScaledObject").Select(manifest => (string)manifest.Spec["scaleTargetRef"]!["name"]!).Order(StringComparer.Ordinal);
        var withoutNumber = release.Manifests.Where(manifest => manifest.Kind == "Deployment" && manifest.Spec["replicas"] is null).Select(manifest => manifest.Name).Order(StringComparer.Ordinal);
        Assert.Equal(withoutNumber, scaled);
        Assert.Equal(0, (int)release.Manifests.Single(manifest => manifest.Kind == "ScaledObject").Spec["minReplicaCount"]!);
    }

    [Fact]
    public async Task AClaimThatOneNodeMountsKeepsEveryPodThatMountsItThere()
    {
        var release = await Release.OfAsync("trial");
        var mounting = release.Pods.Where(pod => pod.Volumes.Any(volume => (string?)volume["name"] == "store")).ToArray();
        Assert.Equal(2, mounting.Length);
        Assert.All(mounting, pod =>
        {
            var term = Assert.Single(pod.Spec["affinity"]!["podAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!.AsArray())!;
            Assert.All(mounting, other => Assert.True(other.IsSelectedBy(Manifest.Map(term["labelSelector"]!["matchLabels"]))));
        });
    }

    private static string? PortOf(Container container, string name)
        => container.Json["ports"]!.AsArray().Single(port => (string?)port!["name"] == name)!["containerPort"]!.ToString();
}

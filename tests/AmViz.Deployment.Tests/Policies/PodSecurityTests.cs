using System.Text.Json.Nodes;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>Every pod keeps the restricted pod security standard of Kubernetes, and asks for nothing of the cluster.</summary>
public sealed class PodSecurityTests
{
    private const string OpenShift = "openshift";

    private static readonly string[] AllowedVolumes = ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"];
    private static readonly string[] Rights = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryPodRunsAsAUserWithoutRights(string values)
        => Assert.All((await Release.OfAsync(values)).Pods, pod =>
        {
            var context = pod.Spec["securityContext"]!;
            Assert.True((bool?)context["runAsNonRoot"]);
            if (values == OpenShift)
            {
                // Its constraint gives what lies in the range of the namespace, and refuses the rest.
                Assert.All(["runAsUser", "runAsGroup", "fsGroup"], number => Assert.Null(context[number]));
            }
            else
            {
                Assert.All(["runAsUser", "runAsGroup", "fsGroup"], number => Assert.InRange((int)context[number]!, 1, 65535));
            }

            Assert.Equal("RuntimeDefault", (string?)context["seccompProfile"]?["type"]);
            Assert.All(["hostNetwork", "hostPID", "hostIPC"], field => Assert.Null(pod.Spec[field]));
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryContainerHasNoCapabilityAndAReadOnlyRoot(string values)
        => Assert.All((await Release.OfAsync(values)).Containers, container =>
        {
            var context = container.Json["securityContext"]!;
            Assert.False((bool?)context["allowPrivilegeEscalation"]);
            Assert.True((bool?)context["readOnlyRootFilesystem"]);
            Assert.Equal("ALL", (string?)Assert.Single(context["capabilities"]!["drop"]!.AsArray()));
            Assert.Null(context["capabilities"]!["add"]);
            Assert.Null(context["privileged"]);
            Assert.Null(context["runAsUser"]);
            Assert.All((container.Json["ports"]?.AsArray() ?? []).OfType<JsonObject>(), port => Assert.Null(port["hostPort"]));
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task VolumesAreOfTheAllowedKindsAndNoneGrowsWithoutEnd(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Volumes), volume =>
        {
            Assert.Contains(volume.AsObject().Single(field => field.Key != "name").Key, AllowedVolumes);
            Assert.True(volume["emptyDir"] is null || volume["emptyDir"]!["sizeLimit"] is not null, $"The emptyDir {volume["name"]} has no sizeLimit.");
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task NobodyTalksToTheApiServer(string values)
    {
        var release = await Release.OfAsync(values);
        Assert.All(release.Pods, pod => Assert.False((bool?)pod.Spec["automountServiceAccountToken"]));
        Assert.All(release.Manifests.Where(manifest => manifest.Kind == "ServiceAccount"), account => Assert.False((bool?)account.Json["automountServiceAccountToken"]));
        Assert.DoesNotContain(release.Manifests, manifest => Rights.Contains(manifest.Kind));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EverySiloCanWriteWhereItMust(string values)
        => Assert.All((await Release.OfAsync(values)).Pods.SelectMany(pod => pod.Silos), silo =>
        {
            Assert.Contains("/tmp", silo.Mounts.Keys);
            var cache = silo.Environment.Single(variable => (string?)variable["name"] == "AMVIZ_CACHE");
            Assert.Contains((string)cache["value"]!, silo.Mounts.Keys);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryMountIsOfAVolumeOfItsPod(string values)
        => Assert.All((await Release.OfAsync(values)).Containers, container =>
            Assert.Empty(container.Mounts.Values.Except(
                [.. container.Pod.Volumes.Select(volume => (string)volume["name"]!), .. (container.Pod.Owner.Json["spec"]!["volumeClaimTemplates"]?.AsArray() ?? []).Select(claim => (string)claim!["metadata"]!["name"]!)])));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryPodIsBehindANetworkPolicyInBothDirections(string values)
    {
        var release = await Release.OfAsync(values);
        var policies = release.Manifests.Where(manifest => manifest.Kind == "NetworkPolicy").ToArray();
        Assert.All(policies, policy => Assert.Equal(["Ingress", "Egress"], policy.Spec["policyTypes"]!.AsArray().Select(type => (string)type!)));
        Assert.All(release.Pods, pod => Assert.Contains(policies, policy => pod.IsSelectedBy(policy.Selector!)));
    }

    [Fact]
    public async Task AWorkloadIdentityNeedsALabelAndAnAnnotationAndNoSecret()
    {
        var release = await Release.OfAsync("workload-identity");
        var account = Assert.Single(release.Manifests, manifest => manifest.Kind == "ServiceAccount");
        Assert.Equal("00000000-0000-0000-0000-000000000001", account.Annotations["azure.workload.identity/client-id"]);
        Assert.Equal("federated with the cluster", account.Annotations["note"]);
        Assert.All(release.Pods.Where(pod => pod.Silos.Count > 0), pod => Assert.Equal("true", pod.Labels["azure.workload.identity/use"]));
        Assert.All(release.Pods.Where(pod => pod.Silos.Count > 0), pod => Assert.Equal(account.Name, (string?)pod.Spec["serviceAccountName"]));
        Assert.DoesNotContain("secretKeyRef", release.Text, StringComparison.Ordinal);
    }
}

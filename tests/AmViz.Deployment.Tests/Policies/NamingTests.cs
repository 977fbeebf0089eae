using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>Names, labels and selectors.</summary>
public sealed partial class NamingTests
{
    private static readonly string[] Recommended =
        ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "helm.sh/chart"];

    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryNameIsOneOfDnsAndStandsOnce(string values)
    {
        var manifests = (await Release.OfAsync(values)).Manifests;
        Assert.All(manifests, manifest => Assert.Matches(DnsLabel(), manifest.Name));
        Assert.Equal(manifests.Count, manifests.Select(manifest => manifest.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("1.29.0")]
    [InlineData(Release.Newest)]
    public async Task NamesHaveRoomForWhatKubernetesAddsAlsoWhenTheyAreAsLongAsAllowed(string version)
    {
        const string Longest = """
            fullnameOverride: abcdefghijklmnopqrstuvwxyz12
            devicePools: [{name: abcdefghijklmnopqrst, device: cuda, autoscaling: {kind: keda}}]
            metrics: {prometheusAddress: "http://prometheus", monitor: {kind: podMonitor}, dashboard: {enabled: true}}
            sweeps:
              - {name: abcdefghijklmnopqrst, kind: cluster, spec: {models: [{}]}}
              - {name: bbcdefghijklmnopqrst, schedule: 0 0 * * *, spec: {models: [{}]}}
              - {name: cbcdefghijklmnopqrst, kind: cluster, schedule: 0 0 * * *, spec: {models: [{}]}}
            """;
        var release = new Release("", (await Release.TryAsync(Longest, "--kube-version", version)).Succeeded());
        Assert.All(release.Manifests, manifest => Assert.Matches(DnsLabel(), manifest.Name));

        // A CronJob's Job has a time of 10 digits more, a pod of an Indexed Job its index: both are also labels and host names.
        Assert.All(release.Manifests.Where(manifest => manifest.Kind == "CronJob"), cron => Assert.InRange(cron.Name.Length + "-1234567890-9".Length, 1, 63));
        Assert.All(release.Manifests.Where(manifest => manifest.Kind == "Job"), job => Assert.InRange(job.Name.Length + "-99".Length, 1, 63));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryObjectHasTheRecommendedLabels(string values)
    {
        var release = await Release.OfAsync(values);
        Assert.All(release.Manifests, manifest =>
        {
            Assert.Empty(Recommended.Except(manifest.Labels.Keys));
            Assert.All(manifest.Labels, label => Assert.Matches(LabelKey(), label.Key));
            Assert.All(manifest.Labels.Values, value => Assert.Matches(LabelValue(), value));
        });
        Assert.All(release.Pods, pod =>
        {
            Assert.NotEqual("", pod.Component);
            Assert.All(pod.Labels.Values, value => Assert.Matches(LabelValue(), value));
        });
    }

    [Fact]
    public async Task CommonLabelsReachEveryObjectAndEveryPod()
    {
        var release = await Release.OfAsync("ha");
        Assert.All(release.Manifests, manifest => Assert.Equal("vision", manifest.Labels["team"]));
        Assert.All(release.Pods, pod => Assert.Equal("vision", pod.Labels["team"]));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task SelectorsHoldNoVersionAndFindTheirOwnPodsOnly(string values)
    {
        var release = await Release.OfAsync(values);
        Assert.All(release.Manifests.Where(manifest => manifest.Selector is not null), manifest =>
        {
            Assert.DoesNotContain(manifest.Selector!.Keys, key => key is "app.kubernetes.io/version" or "helm.sh/chart");
            Assert.Equal(Release.Name, manifest.Selector["app.kubernetes.io/instance"]);
        });
        Assert.All(release.Manifests.Where(manifest => manifest.Kind is "Deployment" or "StatefulSet"), manifest =>
            Assert.Equal(manifest.Id, Assert.Single(release.Pods, pod => pod.IsSelectedBy(manifest.Selector!)).Owner.Id));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryServicePolicyAndBudgetFindsAPod(string values)
    {
        var release = await Release.OfAsync(values);
        Assert.All(
            release.Manifests.Where(manifest => manifest.Kind is "Service" or "PodDisruptionBudget" or "PodMonitor" || (manifest.Kind == "NetworkPolicy" && !manifest.Name.EndsWith("-clients", StringComparison.Ordinal))),
            manifest => Assert.Contains(release.Pods, pod => pod.IsSelectedBy(manifest.Selector!)));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task APodReadsNoConfigurationThatIsNotThere(string values)
    {
        var release = await Release.OfAsync(values);
        var there = release.Manifests.Where(manifest => manifest.Kind is "ConfigMap" or "PersistentVolumeClaim").Select(manifest => manifest.Id).ToHashSet(StringComparer.Ordinal);
        Assert.All(release.Containers, container =>
        {
            Assert.All(container.Json["envFrom"]?.AsArray() ?? [], source => Assert.Contains($"ConfigMap/{source!["configMapRef"]!["name"]}", there));
        });
        Assert.All(release.Pods.SelectMany(pod => pod.Volumes).Where(volume => volume["configMap"] is not null), volume => Assert.Contains($"ConfigMap/{volume["configMap"]!["name"]}", there));
        Assert.All(
            release.Pods.SelectMany(pod => pod.Volumes).Where(volume => (string?)volume["name"] == "store"),
            volume => Assert.Contains($"PersistentVolumeClaim/{volume["persistentVolumeClaim"]!["claimName"]}", there));
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelKey();

    [GeneratedRegex("^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValue();
}

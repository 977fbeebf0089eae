using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>The chart renders, alike with both Helms, and to what is committed.</summary>
public sealed class RenderTests
{
    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task StrictLintFindsNothing(string values)
    {
        foreach (var helm in new[] { Tool.Helm4, Tool.Helm3 })
        {
            var lint = await helm.RunAsync("lint", "--strict", "--quiet", Release.Folder, "--namespace", Release.Namespace, "--values", Release.FileOf(values));
            Assert.True(lint.Code == 0, $"{helm.Name}: {lint.Output}{lint.Errors}");
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task BothHelmsRenderTheSameAtEveryVersionOfKubernetes(string values)
    {
        foreach (var version in Release.Versions)
        {
            var four = await Release.OfAsync(values, version);
            var three = await Release.OfAsync(values, version, Tool.Helm3);
            Assert.NotEmpty(four.Manifests);
            Assert.Equal(Sorted(four), Sorted(three));
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task WhatIsRenderedIsWhatIsCommitted(string values)
    {
        var release = await Release.OfAsync(values);
        Snapshots.Hold(release.Text, "tests", "AmViz.Deployment.Tests", "Snapshots", $"{values}.yaml");
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task NoLineEndsInBlanks(string values)
        => Assert.DoesNotContain((await Release.OfAsync(values)).Text.Split('\n'), line => line.EndsWith(' '));

    [Fact]
    public void TheChartAsksForTheVersionThatTheDockerfileBuilds()
    {
        var version = (string)Yaml.Read(File.ReadAllText(Path.Combine(Release.Folder, "Chart.yaml")))[0]["appVersion"]!;
        Assert.Contains($"ARG VERSION={version}", File.ReadAllLines(RepositoryTree.At("Dockerfile")));
    }

    [Fact]
    public async Task SuccessOfTheFirstPodEndsAJobWhereKubernetesKnowsThat()
    {
        Assert.Null(Cluster(await Release.OfAsync("sweeps", "1.29.0"))["successPolicy"]);
        Assert.NotNull(Cluster(await Release.OfAsync("sweeps"))["successPolicy"]);

        static System.Text.Json.Nodes.JsonNode Cluster(Release release) => release.Manifests.First(manifest => manifest.Kind == "Job" && manifest.Labels["amviz/sweep"] == "own-silos").Job!;
    }

    [Fact]
    public async Task AChangedSettingStartsEverySiloAnew()
    {
        var before = Checksums(await Release.OfAsync("default"));
        Assert.Equal(2, before.Count);
        Assert.Empty(before.Intersect(Checksums(await Release.RenderAsync("cluster: {clusterId: other}"))));
        Assert.Equal(before, Checksums(await Release.RenderAsync("coordinators: {replicas: 5}")));
    }

    [Theory]
    [InlineData("image: {tag: \"2\"}")]
    [InlineData("sweeps: [{name: texturenet, spec: {models: [{model: texturevit}]}}]")]
    [InlineData("sweeps: [{name: texturenet, priority: 3, spec: {models: [{model: texturenet}]}}]")]
    public async Task AJobThatWouldChangeIsAnotherJob(string change)
    {
        const string Base = "sweeps: [{name: texturenet, spec: {models: [{model: texturenet}]}}]\n";
        var before = await Release.RenderAsync(Base);
        var after = await Release.RenderAsync(change.StartsWith("sweeps", StringComparison.Ordinal) ? change : Base + change);
        Assert.NotEqual(JobName(before), JobName(after));
        Assert.Equal(JobName(before), JobName(await Release.RenderAsync(Base + "coordinators: {replicas: 5}")));

        static string JobName(Release release) => Assert.Single(release.Manifests, manifest => manifest.Kind == "Job").Name;
    }

    private static IReadOnlyList<string> Checksums(Release release)
        => [.. release.Pods.Select(pod => (string?)pod.Json["metadata"]!["annotations"]?["checksum/config"]).OfType<string>().Order(StringComparer.Ordinal).Select((sum, index) => $"{index} {sum}")];

    private static IEnumerable<string> Sorted(Release release)
        => release.Manifests.Select(manifest => $"{manifest.Id} {manifest.Json.ToJsonString()}").Order(StringComparer.Ordinal);
}

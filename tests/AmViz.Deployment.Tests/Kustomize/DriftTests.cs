using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Kustomize;

/// <summary>k8s/, for those who do without Helm, is what the chart makes.</summary>
public sealed class DriftTests
{
    private const string Job = "amviz-job";

    private static readonly string[] Folders =
        ["jobs/cluster-in-a-job", "jobs/nightly", "jobs/queued", "jobs/submit", "overlays/cpu-trial", "overlays/gpu"];

    public static TheoryData<string> All => [.. Folders];

    [Fact]
    public async Task TheTrialIsTheChartsTrial()
        => Assert.Equal(Normal.Of((await Release.OfAsync("trial")).Manifests), Normal.Of(await BuildAsync("overlays/cpu-trial")));

    [Fact]
    public async Task TheGpuOverlayIsTheChartWithAPoolOfGpus()
        => Assert.Equal(Normal.Of(await ChartAsync("gpu")), Normal.Of(await BuildAsync("overlays/gpu")));

    [Theory]
    [InlineData("submit", "texturenet")]
    [InlineData("nightly", "nightly")]
    [InlineData("queued", "queued")]
    public async Task AJobIsASweepOfTheChart(string folder, string sweep)
    {
        var chart = (await ChartAsync("jobs")).Where(manifest => manifest.Labels.GetValueOrDefault("amviz/sweep") == sweep || manifest.Name.StartsWith($"amviz-{sweep}-spec-", StringComparison.Ordinal));
        Assert.Equal(Normal.Of(chart), Normal.Of(await BuildAsync($"jobs/{folder}")));
    }

    [Fact]
    public async Task AClusterInAJobIsASweepOfTheChartAndWhatItNeeds()
    {
        string[] needed = ["ConfigMap/amviz-job", "NetworkPolicy/amviz-job-sweeps", "PersistentVolumeClaim/amviz-job-store", "Service/amviz-job-texturenet", "ServiceAccount/amviz-job"];
        var chart = (await ChartAsync("cluster-in-a-job", Job))
            .Where(manifest => needed.Contains(manifest.Id) || manifest.Kind == "Job" || manifest.Name.Contains("-spec-", StringComparison.Ordinal)).ToArray();

        // There is no Redis but the pods' own.
        chart.Single(manifest => manifest.Id == "ConfigMap/amviz-job").Json["data"]!.AsObject().Remove("AMVIZ__Cluster__Address");
        Assert.Equal(Normal.Of(chart), Normal.Of(await BuildAsync("jobs/cluster-in-a-job")));
    }

    [Fact]
    public async Task WhatIsBuiltFollowsTheSchemas()
    {
        var built = new List<(string, string)>();
        foreach (var folder in Folders)
        {
            built.Add((folder.Replace('/', '-'), await TextAsync(folder)));
        }

        Assert.Equal("", await KubernetesModels.ProblemsAsync(built));
        Assert.All(built, text => k8s.KubernetesYaml.LoadAllFromString(text.Item2, typeMap: null, strict: true));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task EveryFolderSaysHowItIsApplied(string folder)
    {
        await TextAsync(folder);
        Assert.Contains(folder, await File.ReadAllTextAsync(RepositoryTree.At("k8s", "README.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFolderIsHeld()
        => Assert.Equal(
            Folders,
            Directory.EnumerateFiles(RepositoryTree.At("k8s"), "kustomization.yaml", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(RepositoryTree.At("k8s"), Path.GetDirectoryName(file)!))
                .Where(folder => folder != "base").Order(StringComparer.Ordinal));

    private static async Task<IReadOnlyList<Manifest>> ChartAsync(string values, string name = Release.Name)
    {
        var file = RepositoryTree.At("tests", "AmViz.Deployment.Tests", "Kustomize", $"{values}.values.yaml");
        var run = await Tool.Helm4.RunAsync("template", name, Release.Folder, "--namespace", Release.Namespace, "--kube-version", Release.Newest, "--values", file);
        return Manifest.Read(run.Succeeded());
    }

    private static async Task<IReadOnlyList<Manifest>> BuildAsync(string folder) => Manifest.Read(await TextAsync(folder));

    private static async Task<string> TextAsync(string folder)
        => (await Tool.Kubectl.RunAsync("kustomize", RepositoryTree.At(["k8s", .. folder.Split('/')]))).Succeeded();
}

using System.Collections.Concurrent;
using AmViz.Deployment.Tests.Manifests;
using AmViz.Deployment.Tests.Tools;

namespace AmViz.Deployment.Tests.Chart;

/// <summary>The chart with a values file, as Helm renders it. Every rendering is made once and shared by all tests.</summary>
internal sealed record Release(string Values, string Text)
{
    public const string Name = "amviz";
    public const string Namespace = "amviz";
    public const string Newest = "1.35.0";

    private static readonly ConcurrentDictionary<(string Values, string Version, string Helm), Task<Release>> Rendered = new();

    /// <summary>Versions of Kubernetes: the oldest that the chart allows, one between, the newest.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["1.29.0", "1.32.0", Newest];

    /// <summary>Folder of the chart.</summary>
    public static string Folder { get; } = RepositoryTree.At("helm", "amviz");

    /// <summary>Names of the values files, without folder and ending.</summary>
    public static IReadOnlyList<string> AllValues { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "ci"), "*-values.yaml").Select(file => Path.GetFileName(file)[..^"-values.yaml".Length]).Order(StringComparer.Ordinal)];

    public IReadOnlyList<Manifest> Manifests { get; } = Manifest.Read(Text);

    /// <summary>All pods that come of it.</summary>
    public IReadOnlyList<PodTemplate> Pods => [.. Manifests.Select(manifest => manifest.Pod).OfType<PodTemplate>()];

    public IReadOnlyList<Container> Containers => [.. Pods.SelectMany(pod => pod.Containers)];

    public static string FileOf(string values) => Path.Combine(Folder, "ci", $"{values}-values.yaml");

    /// <summary>One of the values files, rendered.</summary>
    public static Task<Release> OfAsync(string values, string version = Newest, Tool? helm = null)
    {
        helm = (helm ?? Tool.Helm4).Needed();
        return Rendered.GetOrAdd((values, version, helm.Name), _ => RenderAsync(values, version, helm));
    }

    /// <summary>Renders the default values with others over them, and says what Helm says.</summary>
    public static Task<ToolRun> TryAsync(string yaml, params string[] further) => TemplateAsync(Name, yaml, further);

    /// <summary>Renders other values.</summary>
    public static async Task<Release> RenderAsync(string yaml) => new("", (await TryAsync(yaml)).Succeeded());

    /// <summary>Renders other values as a release of another name, in the same namespace.</summary>
    public static async Task<Release> RenderAsync(string yaml, string name) => new("", (await TemplateAsync(name, yaml)).Succeeded());

    private static async Task<ToolRun> TemplateAsync(string name, string yaml, params string[] further)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("values.yaml");
        await File.WriteAllTextAsync(file, yaml);
        return await Tool.Helm4.RunAsync(["template", name, Folder, "--namespace", Namespace, "--kube-version", Newest, "--values", FileOf("default"), "--values", file, .. further]);
    }

    private static async Task<Release> RenderAsync(string values, string version, Tool helm)
    {
        var run = await helm.RunAsync("template", Name, Folder, "--namespace", Namespace, "--kube-version", version, "--values", FileOf(values));
        return new(values, run.Succeeded());
    }
}

using AmViz.EndToEnd.Tests.Kubernetes;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>The page about Kubernetes, typed from top to bottom at the stand-in cluster.</summary>
public sealed class DocumentedReleaseTests(StandInCluster cluster) : IClassFixture<StandInCluster>, IDisposable
{
    private const string Manifests = "k8s";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The page.</summary>
    public const string Page = "docs/kubernetes.md";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryCommandOfThePageRuns()
    {
        Assert.SkipUnless(StandInCluster.SkipReason is null, StandInCluster.SkipReason ?? "");
        CopyManifests();
        foreach (var command in MarkdownPage.Open(Page).Commands)
        {
            // What installs and starts the cluster itself has been done.
            if (command.Program is "helm" or "kubectl")
            {
                string[] words = [.. command.Words.Skip(1).Select(Shortened), .. command.AmVizArguments is ["sweep", "submit", ..] ? ["--size", $"{ReadersFolder.Size}"] : Array.Empty<string>()];
                await (command.Program == "helm" ? cluster.HelmAsync(words) : cluster.KubectlAsync(words));
            }
        }
    }

    /// <summary>As they are, but with fewer steps.</summary>
    private void CopyManifests()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryTree.At(Manifests), "*", SearchOption.AllDirectories))
        {
            var copy = _folder.At(Path.GetRelativePath(RepositoryTree.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, File.ReadAllText(file).Replace("steps: 128", "steps: 8", StringComparison.Ordinal));
        }
    }

    private string Shortened(string word)
        => word == "128" ? "8" : word.StartsWith($"{Manifests}/", StringComparison.Ordinal) ? _folder.At(word) : word;
}

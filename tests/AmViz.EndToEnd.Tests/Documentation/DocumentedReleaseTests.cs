using AmViz.EndToEnd.Tests.Kubernetes;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>The page about Kubernetes, typed from top to bottom at the stand-in cluster.</summary>
public sealed class DocumentedReleaseTests(StandInCluster cluster) : IClassFixture<StandInCluster>
{
    /// <summary>The page.</summary>
    public const string Page = "docs/kubernetes.md";

    [Fact]
    public async Task EveryCommandOfThePageRuns()
    {
        Assert.SkipUnless(StandInCluster.SkipReason is null, StandInCluster.SkipReason ?? "");
        foreach (var command in MarkdownPage.Open(Page).Commands)
        {
            // What installs and starts the cluster itself has been done.
            if (command.Program is "helm" or "kubectl")
            {
                string[] words = [.. command.Words.Skip(1), .. command.AmVizArguments is ["sweep", "submit", ..] ? ["--size", $"{ReadersFolder.Size}"] : Array.Empty<string>()];
                await (command.Program == "helm" ? cluster.HelmAsync(words) : cluster.KubectlAsync(words));
            }
        }
    }
}

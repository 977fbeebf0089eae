using AmViz.Deployment.Tests.Tools;
using AmViz.KubernetesApi;

namespace AmViz.Deployment.Tests.Releases;

/// <summary>Commands of the documentation that change objects of Kubernetes, by the real Helm and kubectl, against a Kubernetes API in memory.</summary>
/// <remarks>What needs pods (exec, logs, rollout) is typed at the stand-in cluster of AmViz.EndToEnd.Tests.</remarks>
public sealed class DocumentedReleaseTests
{
    private static readonly string[] Verbs = ["apply", "create", "delete", "label"];

    public static TheoryData<string> Pages => [.. MarkdownPage.All.Where(page => page.Commands.Any(ChangesObjects)).Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task EveryCommandOfThePageThatChangesObjectsRuns(string path)
    {
        await using var cluster = FakeKubernetes.Start();
        foreach (var command in MarkdownPage.Open(path).Commands.Where(ChangesObjects))
        {
            var words = command.Words.Skip(1);
            (await (command.Program == "helm" ? Tool.Helm4.RunAsync([.. words, "--kube-apiserver", cluster.Address.AbsoluteUri]) : Tool.Kubectl.RunAsync([.. words, "--server", cluster.Address.AbsoluteUri]))).Succeeded();
        }
    }

    private static bool ChangesObjects(DocumentedCommand command) => command.Program == "helm" || (command.Program == "kubectl" && command.Words.TakeWhile(word => word != "--").Any(word => Verbs.Contains(word, StringComparer.Ordinal)));
}

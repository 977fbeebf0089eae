namespace AmViz.Deployment.Tests.Tools;

/// <summary>Objects held against the OpenAPI schemas of their kinds, by the npm packages of that name, those of Argo Workflows, cert-manager, the Gateway API, KEDA and the Prometheus operator too.</summary>
internal static class KubernetesModels
{
    /// <summary>What is wrong, one line each; empty if nothing is.</summary>
    public static async Task<string> ProblemsAsync(IEnumerable<(string Name, string Text)> manifests)
    {
        Tool.KubernetesModels.Needed();
        using var folder = new TemporaryFolder();
        foreach (var (name, text) in manifests)
        {
            await File.WriteAllTextAsync(folder.At($"{name}.yaml"), text);
        }

        var script = RepositoryTree.At("tests", "AmViz.Deployment.Tests", "Tools", "validate.mjs");
        var run = await ToolRun.RunAsync("node", [script, RepositoryTree.At(".tools", "kubernetes-models"), folder.Path]);
        return run.Code is 0 or 1 ? run.Output : throw new InvalidOperationException($"validate.mjs ended with {run.Code}: {run.Errors}");
    }
}

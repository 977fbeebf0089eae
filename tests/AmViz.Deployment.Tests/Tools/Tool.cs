namespace AmViz.Deployment.Tests.Tools;

/// <summary>A program that tests/run.sh installs into .tools/. Where it is absent, tests that need it are skipped.</summary>
internal sealed record Tool(string Name, string Path)
{
    public static Tool Helm4 { get; } = new("helm 4", RepositoryTree.At(".tools", "k8s-v35", "helm", "helm"));

    public static Tool Helm3 { get; } = new("helm 3", RepositoryTree.At(".tools", "k8s-v32", "helm", "helm"));

    public static Tool Kubectl { get; } = new("kubectl", RepositoryTree.At(".tools", "k8s-v35", "kubectl", "kubectl"));

    public static Tool Promtool { get; } = new("promtool", RepositoryTree.At(".tools", "prometheus", "usr", "bin", "promtool"));

    public static Tool Prometheus { get; } = new("prometheus", RepositoryTree.At(".tools", "prometheus", "usr", "bin", "prometheus"));

    public static Tool KubernetesModels { get; } = new("kubernetes-models", RepositoryTree.At(".tools", "kubernetes-models", "node_modules", "@kubernetes-models", "argo-workflows", "package.json"));

    /// <summary>Skips the test where the program is absent.</summary>
    public Tool Needed()
    {
        Assert.SkipUnless(File.Exists(Path), $"{Name} is not installed. Run: bash tests/run.sh AmViz.Deployment.Tests (it installs into {RepositoryTree.At(".tools")}).");
        return this;
    }

    public Task<ToolRun> RunAsync(params IEnumerable<string> arguments) => ToolRun.RunAsync(Needed().Path, arguments);
}

using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>The real kubectl and Helm, pointed at a cluster.</summary>
/// <param name="environment">Variables of both; <c>KUBECONFIG</c> says which cluster.</param>
internal sealed class KubernetesTools(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Why they cannot be run here and what to do; null if they can.</summary>
    public static string? SkipReason { get; } = File.Exists(Tool("helm")) && File.Exists(Tool("kubectl"))
        ? null
        : $"helm and kubectl are not installed. Run: bash tests/run.sh AmViz.Deployment.Tests (it installs into {RepositoryTree.At(".tools")}).";

    /// <summary>Variables that keep Helm's own files in a folder.</summary>
    public static Dictionary<string, string> In(TemporaryFolder folder, string kubeconfig) => new(StringComparer.Ordinal)
    {
        ["KUBECONFIG"] = kubeconfig,
        ["HELM_CACHE_HOME"] = folder.At("helm", "cache"),
        ["HELM_CONFIG_HOME"] = folder.At("helm", "config"),
        ["HELM_DATA_HOME"] = folder.At("helm", "data"),
    };

    /// <summary>Runs kubectl; it must go well.</summary>
    public Task<string> KubectlAsync(params string[] arguments) => RunAsync("kubectl", arguments);

    /// <summary>Runs Helm; it must go well.</summary>
    public Task<string> HelmAsync(params string[] arguments) => RunAsync("helm", arguments);

    /// <summary>Runs a line of Bash that calls them; it must end with <paramref name="code"/>.</summary>
    public async Task<string> ShellAsync(string folder, string line, int code = 0)
    {
        var tools = string.Join(Path.PathSeparator, Path.GetDirectoryName(Tool("kubectl")), Path.GetDirectoryName(Tool("helm")), Environment.GetEnvironmentVariable("PATH"));
        using var process = AmVizProcess.StartProgram("bash", folder, new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["PATH"] = tools }, "-c", line);
        var found = await process.ExitCodeAsync();
        return found == code ? process.Output : throw new InvalidOperationException($"'{line}' ended with {found}, not with {code}: {process.Error}{process.Output}");
    }

    /// <summary>Starts kubectl.</summary>
    public AmVizProcess Kubectl(params string[] arguments) => AmVizProcess.StartProgram(Tool("kubectl"), RepositoryTree.Root, environment, arguments);

    private static string Tool(string name) => RepositoryTree.At(".tools", "k8s-v35", name, name);

    private async Task<string> RunAsync(string tool, string[] arguments)
    {
        using var process = AmVizProcess.StartProgram(Tool(tool), RepositoryTree.Root, environment, arguments);
        var code = await process.ExitCodeAsync();
        if (code == 0)
        {
            return process.Output;
        }

        using var events = Kubectl("get", "events,pods", "--all-namespaces");
        await events.ExitCodeAsync();
        throw new InvalidOperationException($"'{tool} {string.Join(' ', arguments)}' ended with {code}: {process.Error}{process.Output}\n{events.Output}");
    }
}

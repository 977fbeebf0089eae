using System.Text.RegularExpressions;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>The program AmViz.StandIn, run for tests, with the real kubectl and Helm.</summary>
public sealed partial class StandInCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private AmVizProcess? _program;

    /// <summary>Why it cannot be started here and what to do; null if it can.</summary>
    public static string? SkipReason { get; } = RedisServer.SkipReason
        ?? (File.Exists(Tool("helm")) && File.Exists(Tool("kubectl")) ? null : $"helm and kubectl are not installed. Run: bash tests/run.sh AmViz.Deployment.Tests (it installs into {RepositoryTree.At(".tools")}).");

    /// <summary>What its processes have in their command lines: the beginning of every address of a pod.</summary>
    internal string Network { get; private set; } = "";

    internal AmVizProcess Program => _program ?? throw new InvalidOperationException("The cluster was not started.");

    private Dictionary<string, string> Environment => new(StringComparer.Ordinal)
    {
        ["KUBECONFIG"] = _folder.At("cluster", "kubeconfig"),
        ["HELM_CACHE_HOME"] = _folder.At("helm", "cache"),
        ["HELM_CONFIG_HOME"] = _folder.At("helm", "config"),
        ["HELM_DATA_HOME"] = _folder.At("helm", "data"),
    };

    public async ValueTask InitializeAsync()
    {
        if (SkipReason is null)
        {
            _program = AmVizProcess.StartProgram(
                AmVizProcess.Built("AmViz.StandIn", "AmViz.StandIn"), _folder.Path, new Dictionary<string, string>(StringComparer.Ordinal), "--folder", _folder.At("cluster"));
            await _program.UntilAsync("it serves the API", () => _program.Output.Contains("export KUBECONFIG=", StringComparison.Ordinal));
            var port = int.Parse(ApiPort().Match(_program.Output).Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture);
            Network = $"127.{port >> 8}.{port & 255}.";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is { HasExited: false })
        {
            _program.Terminate();
            await _program.ExitCodeAsync();
        }

        _program?.Dispose();

        _folder.Dispose();
    }

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    internal string Write(string name, string text)
    {
        var path = _folder.At(name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Files that a claim holds.</summary>
    internal string[] FilesOf(string space, string claim, string pattern)
    {
        var folder = _folder.At("cluster", "claims", space, claim);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, pattern, SearchOption.AllDirectories) : [];
    }

    /// <summary>Runs kubectl; it must go well.</summary>
    internal Task<string> KubectlAsync(params string[] arguments) => RunAsync("kubectl", arguments);

    /// <summary>Runs Helm; it must go well.</summary>
    internal Task<string> HelmAsync(params string[] arguments) => RunAsync("helm", arguments);

    /// <summary>Starts kubectl.</summary>
    internal AmVizProcess Kubectl(params string[] arguments) => AmVizProcess.StartProgram(Tool("kubectl"), RepositoryTree.Root, Environment, arguments);

    /// <summary>Waits for a condition.</summary>
    internal static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not {what} after two minutes.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Processes of its pods that run now.</summary>
    internal string[] Processes() =>
    [
        .. Directory.GetDirectories("/proc").Select(CommandLine).Where(line => line.Contains(Network, StringComparison.Ordinal)),
    ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            // No process, or one that has just ended.
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Tool(string name) => RepositoryTree.At(".tools", "k8s-v35", name, name);

    [GeneratedRegex(@"http://127\.0\.0\.1:(?<port>\d+)/", RegexOptions.NonBacktracking)]
    private static partial Regex ApiPort();

    private async Task<string> RunAsync(string tool, string[] arguments)
    {
        using var process = AmVizProcess.StartProgram(Tool(tool), RepositoryTree.Root, Environment, arguments);
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

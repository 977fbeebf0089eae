using System.Text.RegularExpressions;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests.Kubernetes;

/// <summary>The program AmViz.StandIn, run for tests, with the real kubectl and Helm.</summary>
public sealed partial class StandInCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private AmVizProcess? _program;
    private KubernetesTools? _tools;

    /// <summary>Why it cannot be started here and what to do; null if it can.</summary>
    public static string? SkipReason { get; } = RedisServer.SkipReason ?? KubernetesTools.SkipReason;

    /// <summary>What its processes have in their command lines: the beginning of every address of a pod.</summary>
    internal string Network { get; private set; } = "";

    internal AmVizProcess Program => _program ?? throw new InvalidOperationException("The cluster was not started.");

    /// <summary>Its kubectl and Helm.</summary>
    internal KubernetesTools Tools => _tools ??= new(KubernetesTools.In(_folder, _folder.At("cluster", "kubeconfig")));

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
    internal Task<string> KubectlAsync(params string[] arguments) => Tools.KubectlAsync(arguments);

    /// <summary>Runs Helm; it must go well.</summary>
    internal Task<string> HelmAsync(params string[] arguments) => Tools.HelmAsync(arguments);

    /// <summary>Starts kubectl.</summary>
    internal AmVizProcess Kubectl(params string[] arguments) => Tools.Kubectl(arguments);

    /// <summary>Waits for a condition.</summary>
    internal static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not {what} after five minutes.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
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

    [GeneratedRegex(@"http://127\.0\.0\.1:(?<port>\d+)/", RegexOptions.NonBacktracking)]
    private static partial Regex ApiPort();
}

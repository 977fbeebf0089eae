using System.Diagnostics;
using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Running;

/// <summary>A rendered container as a process of this machine: its arguments, its environment, other ports.</summary>
internal sealed partial class ContainerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private ContainerProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The program, as it was built beside the tests.</summary>
    public static string Program { get; } = RepositoryTree.At("artifacts", "bin", "AmViz.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "amviz");

    /// <summary>Where it tells health and metrics.</summary>
    public Uri Http { get; private init; } = new("http://127.0.0.1");

    /// <summary>Starts what a container says, with other settings in place of some.</summary>
    public static ContainerProcess Start(Container container, IEnumerable<KeyValuePair<string, string>> settings, string folder)
    {
        var environment = new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["POD_NAME"] = container.Pod.Owner.Name, ["POD_IP"] = "127.0.0.1", ["NODE_NAME"] = "here" };
        foreach (var variable in container.Environment.Where(variable => variable["value"] is not null))
        {
            environment.TryAdd((string)variable["name"]!, Expand((string)variable["value"]!, environment));
        }

        var port = FreePort.Take();
        var arguments = container.Arguments.Select(argument => Port().Replace(Expand(argument, environment), match => $"{match.Groups["name"].Value}={(match.Groups["name"].Value == "--http-port" ? port : FreePort.Take())}"));
        var start = new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!) { Http = new($"http://127.0.0.1:{port}") };
    }

    /// <summary>Waits until it says that it is ready. What it said is told where it never does.</summary>
    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new HttpClient { BaseAddress = Http };
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var answer = "no answer";
        while (await clock.WaitForNextTickAsync() && !_process.HasExited && !patience.IsCancellationRequested)
        {
            try
            {
                using var response = await client.GetAsync("/health/ready", patience.Token);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                answer = $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(patience.Token)}";
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Its port is not open yet, or never will be.
            }
        }

        Assert.Fail($"Not ready ({answer}), {(_process.HasExited ? $"ended with {_process.ExitCode}" : "running")}. It said: {await KilledAsync()}");
    }

    /// <summary>Waits for its end; all that it said, and its exit code.</summary>
    public async Task<(int Code, string Said)> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _output + await _errors);
    }

    /// <summary>Tells it to leave, as a kubelet does.</summary>
    public async Task<(int Code, string Said)> LeaveAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> KilledAsync()
    {
        _process.Kill();
        return await _output + await _errors;
    }

    private static string Expand(string text, Dictionary<string, string> environment)
        => Reference().Replace(text, match => environment.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    [GeneratedRegex("^(?<name>--(silo|gateway|http)-port)=\\d+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Port();

    [GeneratedRegex("\\$\\((?<name>\\w+)\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AmViz.TestKit;

namespace AmViz.EndToEnd.Tests;

/// <summary>The built <c>amviz</c>, or another program, as a process of its own, which ends with the test.</summary>
internal sealed class AmVizProcess : IDisposable
{
    private const int SignalInterrupt = 2;
    private const int SignalTerminate = 15;
    private const int SignalContinue = 18;
    private const int SignalStop = 19;
    // Only what hangs takes so long, on the slowest and most crowded machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly string _line;

    private AmVizProcess(string program, string[] arguments, string workingFolder, IReadOnlyDictionary<string, string> environment)
    {
        _line = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AMVIZ__", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Variables for one thread in tensor operations, as <see cref="CommandProcesses"/> have it: pictures come out the same, bit by bit, for equal threads only.</summary>
    public static IReadOnlyDictionary<string, string> OneThread { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["OMP_NUM_THREADS"] = "1", ["OMP_WAIT_POLICY"] = "PASSIVE" };

    /// <summary>Standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>Standard error so far.</summary>
    public string Error => Read(_error);

    /// <summary>The one JSON document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public bool HasExited => _process.HasExited;

    /// <summary>Built like these tests: <c>artifacts/bin/AmViz.Cli/release/amviz</c> beside <c>artifacts/bin/AmViz.EndToEnd.Tests/release/</c>.</summary>
    private static string Executable { get; } = Built("AmViz.Cli", "amviz");

    /// <summary>Path of an executable of this build.</summary>
    public static string Built(string project, string executable) => Path.Combine(
        RepositoryTree.Root, "artifacts", "bin", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), executable);

    /// <summary>Starts it.</summary>
    public static AmVizProcess Start(string workingFolder, params string[] arguments) => new(Executable, arguments, workingFolder, new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Starts it with variables of its own.</summary>
    public static AmVizProcess Start(string workingFolder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
        => new(Executable, arguments, workingFolder, environment);

    /// <summary>Starts another program.</summary>
    public static AmVizProcess StartProgram(string program, string workingFolder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
        => new(program, arguments, workingFolder, environment);

    /// <summary>Runs it to its end, with variables of its own.</summary>
    public static async Task<AmVizProcess> RunAsync(string workingFolder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var process = new AmVizProcess(Executable, arguments, workingFolder, environment);
        await process.ExitCodeAsync();
        return process;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<AmVizProcess> RunAsync(string workingFolder, params string[] arguments)
    {
        var process = Start(workingFolder, arguments);
        await process.ExitCodeAsync();
        return process;
    }

    /// <summary>Waits for the end.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{_line}' has not ended after {Patience}. Its standard error:\n{Error}", exception);
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until <paramref name="condition"/> holds; fails if the process ends before.</summary>
    public async Task UntilAsync(string what, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(_process.HasExited, $"'{_line}' ended before {what}. Its standard error:\n{Error}");
            Assert.True(watch.Elapsed < Patience, $"'{_line}': not {what} after {Patience}. Its standard error:\n{Error}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Names of the variables that <c>amviz</c> runs with, once the programs before it on the line have become it.</summary>
    public async Task<IReadOnlyList<string>> EnvironmentAsync()
    {
        await UntilAsync("it is amviz", () => new FileInfo($"/proc/{Id}/exe").LinkTarget == Executable);
        var variables = await File.ReadAllTextAsync($"/proc/{Id}/environ", TestContext.Current.CancellationToken);
        return [.. variables.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=')[0])];
    }

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Send(SignalInterrupt);

    /// <summary>SIGTERM: it is to leave in its own time.</summary>
    public void Terminate() => Send(SignalTerminate);

    /// <summary>SIGSTOP: it does nothing, its sockets stay open.</summary>
    public void Freeze() => Send(SignalStop);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Send(SignalContinue);

    /// <summary>SIGKILL: no code of the process runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitCodeAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Send(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}

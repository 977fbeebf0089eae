using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AmViz.StandIn.Processes;

/// <summary>A program with all that it starts, in a session of its own, so that a signal reaches all of them and Ctrl-C in the terminal none.</summary>
internal sealed class ProcessGroup : IDisposable
{
    private const int Terminate = 15;
    private const int Kill = 9;

    // The shell replaces itself, so that the program has its number, and writes into the log itself.
    private const string IntoLog = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";

    private readonly Guardian _guardian;

    private ProcessGroup(Process process, Guardian guardian)
    {
        (Process, _guardian) = (process, guardian);
        guardian.Add(process.Id);
        Ended = EndAsync();
    }

    /// <summary>The program; where it was started with streams, they are here.</summary>
    public Process Process { get; }

    /// <summary>Its exit code; 128 and the signal where one ended it.</summary>
    public Task<int> Ended { get; }

    /// <summary>Starts a program that writes into a file, or with streams.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static ProcessGroup Start(CommandLine command, Guardian guardian, string? log)
    {
        string[] arguments = log is null ? [command.Program, .. command.Arguments] : ["sh", "-c", IntoLog, "sh", log, command.Program, .. command.Arguments];
        var start = new ProcessStartInfo("setsid", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = command.Folder,
            RedirectStandardInput = log is null,
            RedirectStandardOutput = log is null,
            RedirectStandardError = log is null,
        };
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, guardian);
    }

    /// <summary>SIGTERM to the program; it tells its own.</summary>
    public void AskToEnd() => _ = kill(Process.Id, Terminate);

    /// <summary>SIGKILL to all.</summary>
    public void KillAll() => _ = kill(-Process.Id, Kill);

    /// <summary>Asks, and kills after a time.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (grace > TimeSpan.Zero && !Ended.IsCompleted)
        {
            AskToEnd();
            await Task.WhenAny(Ended, Task.Delay(grace));
        }

        KillAll();
        await Ended;
    }

    public void Dispose() => Process.Dispose();

    private async Task<int> EndAsync()
    {
        await Process.WaitForExitAsync();

        // Nothing of a container outlives its first process.
        KillAll();
        _guardian.Remove(Process.Id);
        return Process.ExitCode;
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}

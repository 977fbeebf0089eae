using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AmViz.Weights;
using BitFaster.Caching.Lru;

namespace AmViz.Models;

/// <summary>What a process of its own found out about a TorchScript program or an ONNX model.</summary>
/// <param name="Error">Why it cannot be used; null if it can.</param>
/// <param name="Config">A <c>config.json</c> to start from; null if none was asked for or none fits.</param>
/// <param name="Notes">What a person should know of it.</param>
public sealed record ProbeReport(string? Error, JsonElement? Config, IReadOnlyList<string> Notes)
{
    /// <summary>Whether the error tells of the machine and not of the program, so that it may pass: the process could not be started, took too long, or was killed.</summary>
    internal bool MayPass { get; init; }
}

/// <summary>Lets a process of its own load and run a TorchScript program first.</summary>
/// <remarks>
/// Some errors of libtorch end the process instead of being told: a program with operators of another build's oneDNN was seen to do so while it was
/// loaded. A program that a child survives is loaded here; the answer is kept, unless it tells of the machine and not of the program.
/// </remarks>
public static class ScriptProbe
{
    /// <summary>Longest time that the child may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    /// <summary>Most answers that are kept, those asked for last.</summary>
    internal const int Capacity = 256;

    private const int Killed = 137; // SIGKILL, as the kernel ends processes when memory runs out

    private static readonly ConcurrentLru<string, Lazy<ProbeReport>> Known = new(Capacity);

    /// <summary>How to start the child, without the path and the options that are put behind; null where there is no such command, so that programs are loaded unguarded.</summary>
    /// <remarks>Set once, by the executable.</remarks>
    public static IReadOnlyList<string>? Command { get; set; }

    /// <summary>Asks a child.</summary>
    /// <param name="path">A program, or a folder with one and its <c>config.json</c>.</param>
    /// <param name="size">Side of the pictures to try, in pixels; null for those of the <c>config.json</c>.</param>
    /// <param name="limit">Longest time that it may take.</param>
    /// <param name="channels">Channels of the pictures to try; null: found out.</param>
    public static ProbeReport Run(string path, int? size, TimeSpan limit, int? channels = null)
    {
        var command = Command ?? throw new InvalidOperationException($"No {nameof(Command)} is set, so there is nothing to ask.");
        string[] arguments = [.. command.Skip(1), path, .. Number("--size", size), .. Number("--channels", channels)];
        var start = new ProcessStartInfo(command[0], arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        try
        {
            using var child = new Process { StartInfo = start };
            var output = new StringBuilder();
            var error = new StringBuilder();
            child.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
            child.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
            child.Start();
            child.StandardInput.Close();
            child.BeginOutputReadLine();
            child.BeginErrorReadLine();
            if (!child.WaitForExit(limit))
            {
                child.Kill(entireProcessTree: true);
                return Failed($"the process that tried it did not come to an end within {limit.TotalSeconds:0.#} s") with { MayPass = true };
            }

            // Once more without a limit, which waits for what it said.
            child.WaitForExit();
            return Read(child.ExitCode, output.ToString(), error.ToString());
        }
        catch (Win32Exception e)
        {
            return Failed($"the process that should try it could not be started ({e.Message})") with { MayPass = true };
        }
    }

    private static string[] Number(string option, int? number) => number is { } value ? [option, FormattableString.Invariant($"{value}")] : [];

    /// <summary>Asks a child about the program of a folder, once for as long as the answer is kept.</summary>
    /// <exception cref="WeightsFormatException">It must not be loaded here.</exception>
    internal static void RequireSound(WeightsFolder folder)
    {
        if (Command is null || folder.WeightsPath is not { } path)
        {
            return;
        }

        var report = Ask(folder.Digest, path);
        if (report.Error is { } error)
        {
            throw new WeightsFormatException($"{path}: its program was not loaded, because {error}. Expected one that libtorch {TorchVersion} can run: save it with torch.jit.script or "
                + "torch.jit.trace, without torch.jit.optimize_for_inference, on the CPU.");
        }
    }

    private static ProbeReport Ask(string digest, string path)
    {
        var isKept = false;
        try
        {
            var report = Known.GetOrAdd(digest, _ => new Lazy<ProbeReport>(() => Run(path, size: null, TimeLimit))).Value;
            isKept = !report.MayPass;
            return report;
        }
        finally
        {
            if (!isKept)
            {
                Known.TryRemove(digest);
            }
        }
    }

    /// <summary>The report as the child prints it.</summary>
    public static string Write(ProbeReport report) => JsonSerializer.Serialize(report, JsonSerializerOptions.Web);

    private const string TorchVersion = "2.10";

    private static ProbeReport Read(int exitCode, string output, string error)
    {
        try
        {
            if (exitCode == 0 && JsonSerializer.Deserialize<ProbeReport>(output, JsonSerializerOptions.Web) is { } report)
            {
                return report;
            }
        }
        catch (JsonException)
        {
            // Then its last words say more.
        }

        string[] lines = [.. error.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        var lastWords = lines.FirstOrDefault(line => line.StartsWith("what():", StringComparison.Ordinal) && line.Length > "what():".Length)
            ?? lines.FirstOrDefault() ?? "it said nothing";
        return Failed($"the process that tried it died with exit code {exitCode} ({ErrorText.Shorten(lastWords, longest: 300)})") with { MayPass = exitCode == Killed };
    }

    private static ProbeReport Failed(string error) => new(error, Config: null, []);
}

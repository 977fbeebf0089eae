using System.Diagnostics;

namespace AmViz.TestKit;

/// <summary>Python as Debian has it, with its packages of PyTorch and torchvision where they are installed: another implementation to compare with.</summary>
public static class DebianPython
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Why a test that needs modules must be skipped; null if they are there.</summary>
    /// <param name="modules">Such as <c>torch</c>, <c>torchvision</c>.</param>
    public static async Task<string?> WhyMissingAsync(CancellationToken cancellation, params string[] modules)
        => File.Exists(Program) && (await RunAsync(cancellation, "-c", $"import {string.Join(", ", modules)}")).ExitCode == 0
            ? null
            : $"{Program} has no {string.Join(" or ", modules)}; install {string.Join(" and ", modules.Select(module => $"python3-{module}"))}.";

    /// <summary>Runs the interpreter and waits for its end.</summary>
    /// <returns>How it ended, what it printed, what it printed to its stream of errors.</returns>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(CancellationToken cancellation, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await errors);
    }
}

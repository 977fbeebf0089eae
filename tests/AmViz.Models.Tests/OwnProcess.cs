using System.Diagnostics;

namespace AmViz.Models.Tests;

/// <summary>A test in a process of its own: this very test program, asked for one test that is explicit.</summary>
internal static class OwnProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs a test of a class to its end, whatever that is.</summary>
    /// <param name="tests">The class.</param>
    /// <param name="method">Name of the test.</param>
    /// <param name="variable">Variable by which the test finds what it is to work on.</param>
    /// <param name="value">Its value.</param>
    /// <returns>What the process wrote; null: it was ended since it took too long.</returns>
    public static async Task<string?> RunAsync(Type tests, string method, string variable, string value)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-method", $"{tests.FullName}.{method}", "-explicit", "only"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[variable] = value;
        using var child = Process.Start(start)!;
        Task<string[]> said = Task.WhenAll(child.StandardOutput.ReadToEndAsync(Token), child.StandardError.ReadToEndAsync(Token));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Longest);
        try
        {
            await child.WaitForExitAsync(limit.Token);
            return string.Concat(await said);
        }
        catch (OperationCanceledException)
        {
            child.Kill(entireProcessTree: true);
            return null;
        }
    }
}

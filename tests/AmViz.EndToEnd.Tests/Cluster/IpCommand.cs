using System.Diagnostics;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>The program <c>ip</c>, which makes networks.</summary>
internal static class IpCommand
{
    /// <summary>Runs it.</summary>
    /// <exception cref="NotSupportedException">It is not there, or what it is to do is not allowed.</exception>
    public static async Task RunAsync(CancellationToken cancellationToken, params string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", words) { UseShellExecute = false, RedirectStandardError = true })!;
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new NotSupportedException($"'ip {string.Join(' ', words)}' failed: {error.Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NotSupportedException($"'ip' cannot be run: {e.Message}.", e);
        }
    }

    /// <summary>Skips the test.</summary>
    public static void Skip(NotSupportedException why)
        => Assert.Skip($"Network namespaces cannot be made here: {why.Message} Run as root on Linux with iproute2 (apt-get install iproute2).");
}

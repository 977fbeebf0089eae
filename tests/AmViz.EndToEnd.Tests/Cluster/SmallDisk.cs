using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AmViz.EndToEnd.Tests.Cluster;

/// <summary>A disk of a few megabytes in memory, which can be filled.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _filler;

    private SmallDisk(string folder) => (_folder, _filler) = (folder, Path.Combine(folder, "filler"));

    /// <summary>Mounts one; skips the test where that is not allowed.</summary>
    /// <param name="folder">Where; made if it is not there.</param>
    /// <param name="megabytes">Its size.</param>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var error = await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", folder);
        Assert.SkipWhen(error is not null, $"A small disk cannot be mounted here: {error} Run as root on Linux.");
        return new(folder);
    }

    /// <summary>Fills it to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = new byte[1 << 16]; block.Length > 0; block = block[..(block.Length / 2)])
        {
            try
            {
                while (true)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Smaller blocks may still fit.
            }
        }
    }

    /// <summary>Frees what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(_filler);

    /// <summary>Unmounts it, also while somebody still uses it.</summary>
    public async ValueTask DisposeAsync() => await RunAsync("umount", "--lazy", _folder);

    /// <returns>What went wrong; null: nothing.</returns>
    private static async Task<string?> RunAsync(string program, params string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, words) { UseShellExecute = false, RedirectStandardError = true })!;
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}

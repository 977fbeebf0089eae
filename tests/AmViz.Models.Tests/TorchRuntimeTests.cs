using System.Runtime.InteropServices;
using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class TorchRuntimeTests
{
    [Fact]
    public void SetsTheThreadsOfTorch()
    {
        try
        {
            TorchRuntime.Initialize(threads: 2);
            Assert.Equal(2, torch.get_num_threads());
        }
        finally
        {
            TorchRuntime.Initialize(threads: 1);
        }

        Assert.Equal(1, torch.get_num_threads());
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Initialize(threads: 0));
    }

    [Fact]
    public void KeepsFreedMemoryExactlyWhereTheLibraryIsGlibc()
    {
        bool isGlibc = OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libc.so.6", out IntPtr libc) && NativeLibrary.TryGetExport(libc, "gnu_get_libc_version", out _);

        Assert.Equal(isGlibc, TorchRuntime.KeepFreedMemory());
    }

    [Fact]
    public void TensorsOfAPreparedThreadLieInLargePagesWhereTheSystemHasThem()
    {
        const string setting = "/sys/kernel/mm/transparent_hugepage/enabled";
        Assert.SkipUnless(File.Exists(setting) && !File.ReadAllText(setting).Contains("[never]", StringComparison.Ordinal), "transparent huge pages are off");
        Assert.SkipUnless(SystemHasLargePages(), "memory is in pieces too small for large pages at the moment");
        long before = 0, after = 0;
        var thread = new Thread(() =>
        {
            Assert.True(TorchRuntime.PrepareThread());
            before = LargePagesInKilobytes();
            using var tensor = torch.zeros(16 << 18);      // 16 MiB
            after = LargePagesInKilobytes();
        });

        thread.Start();
        thread.Join();

        Assert.True(after - before >= 8 << 10, $"{before} kB, then {after} kB");
    }

    /// <summary>Whether memory that asks for large pages by itself gets them.</summary>
    private static bool SystemHasLargePages()
    {
        const int size = 16 << 20, page = 4 << 10, hugePage = 14;
        var before = LargePagesInKilobytes();
        var memory = Marshal.AllocHGlobal(size);
        try
        {
            _ = AdviseMemory((memory + page - 1) / page * page, size - page, hugePage);
            for (var at = 0; at < size; at += page)
            {
                Marshal.WriteByte(memory, at, 1);
            }

            return LargePagesInKilobytes() - before >= 8 << 10;
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdviseMemory(nint address, nint length, int advice);

    private static long LargePagesInKilobytes() => long.Parse(
        File.ReadLines("/proc/self/smaps_rollup").First(line => line.StartsWith("AnonHugePages", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);
}

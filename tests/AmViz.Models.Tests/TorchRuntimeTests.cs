using System.Runtime.InteropServices;
using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class TorchRuntimeTests
{
    // Threads that ended before leave memory behind in small pages, which is taken first; without advice there would be no large page at all.
    private const int Tensors = 16;
    private const int Megabytes = 16;

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
        Assert.SkipUnless(SystemHasLargePages(Tensors * Megabytes << 20), "memory is in pieces too small for large pages at the moment");
        long before = 0, after = 0;
        var thread = new Thread(() =>
        {
            Assert.True(TorchRuntime.PrepareThread());
            before = LargePagesInKilobytes();
            using var scope = torch.NewDisposeScope();
            for (var i = 0; i < Tensors; i++)
            {
                _ = torch.zeros(Megabytes << 18);
            }

            after = LargePagesInKilobytes();
        });

        thread.Start();
        thread.Join();

        Assert.True(after - before >= Megabytes << 10, $"{before} kB, then {after} kB");
    }

    /// <summary>Whether memory that asks for large pages by itself gets them. Fresh from the system: what malloc gives may have been used before, in small pages.</summary>
    private static bool SystemHasLargePages(int size)
    {
        const int page = 4 << 10, hugePage = 14, readAndWrite = 3, privateAndAnonymous = 0x22;
        var before = LargePagesInKilobytes();
        var memory = MapMemory(0, size, readAndWrite, privateAndAnonymous, file: -1, offset: 0);
        try
        {
            _ = AdviseMemory(memory, size, hugePage);
            for (var at = 0; at < size; at += page)
            {
                Marshal.WriteByte(memory, at, 1);
            }

            return LargePagesInKilobytes() - before >= size / 4 * 3 >> 10;
        }
        finally
        {
            _ = UnmapMemory(memory, size);
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdviseMemory(nint address, nint length, int advice);

    [DllImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint MapMemory(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int UnmapMemory(nint address, nint length);

    private static long LargePagesInKilobytes() => long.Parse(
        File.ReadLines("/proc/self/smaps_rollup").First(line => line.StartsWith("AnonHugePages", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);
}

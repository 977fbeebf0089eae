using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace AmViz.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class TorchRuntimeTests
{
    private const string AnswerVariable = "AMVIZ_TEST_LARGE_PAGES";
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
    public async Task TensorsOfAPreparedThreadLieInLargePagesWhereTheSystemHasThem()
    {
        const string setting = "/sys/kernel/mm/transparent_hugepage/enabled";
        Assert.SkipUnless(File.Exists(setting) && !File.ReadAllText(setting).Contains("[never]", StringComparison.Ordinal), "transparent huge pages are off");
        Assert.SkipUnless(SystemHasLargePages(Megabytes << 20), "memory is in pieces too small for large pages at the moment");

        var answer = Path.GetTempFileName();
        try
        {
            var said = await OwnProcess.RunAsync(typeof(TorchRuntimeTests), nameof(CountsTheLargePagesOfATensor), AnswerVariable, answer);
            var kilobytes = await File.ReadAllTextAsync(answer, TestContext.Current.CancellationToken);
            Assert.True(long.TryParse(kilobytes, CultureInfo.InvariantCulture, out var large), said);
            Assert.InRange(large, Megabytes / 2 << 10, Megabytes * 2 << 10);
        }
        finally
        {
            File.Delete(answer);
        }
    }

    /// <summary>The child: what other tests gave back is in small pages, and malloc gives that first.</summary>
    [Fact(Explicit = true)]
    public async Task CountsTheLargePagesOfATensor()
    {
        if (Environment.GetEnvironmentVariable(AnswerVariable) is not { } answer)
        {
            Assert.Skip("Only for the process that another test starts.");
            return;
        }

        long before = 0, after = 0;
        var thread = new Thread(() =>
        {
            Assert.True(TorchRuntime.PrepareThread());
            before = LargePagesInKilobytes();
            using var tensor = torch.zeros(Megabytes << 18);
            after = LargePagesInKilobytes();
        });

        thread.Start();
        thread.Join();
        await File.WriteAllTextAsync(answer, (after - before).ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
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
        CultureInfo.InvariantCulture);
}

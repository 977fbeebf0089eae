using System.Runtime.InteropServices;
using TorchSharp;

namespace AmViz.Models;

/// <summary>Sets up the process for torch; call once, before the first tensor.</summary>
/// <remarks>
/// What must stand in the environment before the process starts is the launcher's part: <c>OMP_WAIT_POLICY=PASSIVE</c>
/// keeps waiting OpenMP threads from burning their core, and <c>OMP_NUM_THREADS</c> should not exceed the cores at hand.
/// </remarks>
public static class TorchRuntime
{
    // Parameter numbers of mallopt(3), from glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    // By default glibc maps large blocks anew (M_MMAP_THRESHOLD) and gives the end of a heap back at once
    // (M_TRIM_THRESHOLD), so each step faults in the pages of the same activations again: 5,700 faults and 13 ms of 44 ms
    // for one picture of 224 px at conv_pw_6. 1 GiB is above any activation of a batch; older versions of glibc refuse
    // more than half a heap, which is 32 MiB.
    private const int LargestBlock = 1 << 30;
    private const int LargestBlockOfOldGlibc = 32 << 20;

    // Threads other than the first allocate from heaps of 64 MiB, and an empty heap is unmapped unless the one before it
    // has less room than M_TOP_PAD (heap_trim in glibc's arena.c). Four heaps of padding keep them all; batches need it.
    private const int Padding = 256 << 20;

    /// <summary>Sets the number of threads of torch and keeps freed activations for the next step.</summary>
    /// <param name="threads">Threads of one tensor operation; at least 1. Pictures are reproducible only for equal numbers.</param>
    public static void Initialize(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        KeepFreedMemory();
        torch.set_num_threads(threads);
        ConfigureLibraries();
    }

    /// <summary>Sets up what libtorch convolves with; before the first convolution.</summary>
    internal static void ConfigureLibraries()
    {
        LeaveNnpackOut();
        OneDnnLimit.Lift();
    }

    /// <summary>Prepares the calling thread for the tensor work of a device; call once, before its first tensor.</summary>
    /// <returns>Whether its tensors will lie in large pages of memory.</returns>
    public static bool PrepareThread() => KeepFreedMemory() && LargePages.PreferOnThisThread();

    /// <summary>Tells malloc not to return freed blocks to the system; without effect where the C library is not glibc.</summary>
    /// <returns>Whether it took effect.</returns>
    internal static bool KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var libc))
        {
            return false;
        }

        var isGlibc = NativeLibrary.TryGetExport(libc, "gnu_get_libc_version", out _);
        return isGlibc
            && (mallopt(MmapThreshold, LargestBlock) == 1 || mallopt(MmapThreshold, LargestBlockOfOldGlibc) == 1)
            && mallopt(TrimThreshold, LargestBlock) == 1
            && mallopt(TopPad, Padding) == 1;
    }

    /// <summary>Tells libtorch not to ask for NNPACK.</summary>
    /// <remarks>
    /// On processors that NNPACK does not know, libtorch writes a warning for every convolution of a small map: thousands of lines a picture. It would use
    /// NNPACK for such maps in batches of 16 and more only, which go to oneDNN before. TorchSharp has no call for this setting of <c>torch.backends.nnpack</c>.
    /// </remarks>
    private static void LeaveNnpackOut()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            && NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out _) && NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out _))
        {
            SetUserEnabledNnpack(GlobalContext(), isEnabled: 0);
        }
    }

    // at::globalContext()
    [DllImport("libtorch_cpu.so", EntryPoint = "_ZN2at13globalContextEv", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr GlobalContext();

    // at::Context::setUserEnabledNNPACK(bool)
    [DllImport("libtorch_cpu.so", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void SetUserEnabledNnpack(IntPtr context, byte isEnabled);

    [DllImport("libc.so.6", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mallopt(int parameter, int value);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace AmViz.Models;

/// <summary>Keeps oneDNN, which libtorch convolves with, to kernels that work where a virtual machine hides the caches of its processor.</summary>
/// <remarks>
/// oneDNN cuts its work into blocks by the sizes of the caches and asks CPUID for them. Some hypervisors answer with zeros. Seen there (Zen 5, libtorch 2.10):
/// convolutions of AVX2 and AVX-512 divided by zero, which ends the process (SIGFPE), or gave wrong numbers without a word (logits of InceptionV3 off by 0.18).
/// Those of AVX do not ask, and agree with the references of <c>ParityTests</c>. All may be used where <see cref="OneDnnCaches"/> corrects what oneDNN believes.
/// Whoever sets ONEDNN_MAX_CPU_ISA is heard instead.
/// </remarks>
public static class OneDnnLimit
{
    private const string Variable = "ONEDNN_MAX_CPU_ISA";
    private const string WorksWithoutCaches = "AVX";

    // Leaves of CPUID that describe the caches: "Deterministic Cache Parameters" of Intel, "Cache Properties" of AMD (Architecture Programmer's Manual, volume 3).
    private const int CachesOfIntel = 4;
    private const int CachesOfAmd = unchecked((int)0x8000001D);
    private const int LargestExtendedLeaf = unchecked((int)0x80000000);
    private const int TypeOfCache = 0x1F;

    private static readonly Lock Gate = new();
    private static bool _isOurs;

    /// <summary>The widest instructions that oneDNN may use in this process, as its variable ONEDNN_MAX_CPU_ISA names them; null: all of the processor.</summary>
    /// <remarks>Kernels differ by it, and so do the last bits of pictures.</remarks>
    public static string? Isa { get; private set; }

    /// <summary>Whether oneDNN goes by sizes of caches of its own, since those of this machine are hidden.</summary>
    public static bool GuessesCaches { get; private set; }

    /// <summary>Takes the limit back where oneDNN can do without; once libtorch is loaded, before it convolves.</summary>
    internal static void Lift()
    {
        lock (Gate)
        {
            if (_isOurs && OneDnnCaches.TryForget(() => _ = unsetenv(Variable)))
            {
                (Isa, GuessesCaches) = (null, true);
            }

            // What comes later comes too late.
            _isOurs = false;
        }
    }

    /// <summary>Whether CPUID tells of no cache at all.</summary>
    /// <param name="cpuId">From leaf and subleaf to the register EAX.</param>
    internal static bool HidesCaches(Func<int, int, int> cpuId)
    {
        var isToldByIntel = cpuId(0, 0) >= CachesOfIntel && (cpuId(CachesOfIntel, 0) & TypeOfCache) != 0;
        var isToldByAmd = (uint)cpuId(LargestExtendedLeaf, 0) >= unchecked((uint)CachesOfAmd) && (cpuId(CachesOfAmd, 0) & TypeOfCache) != 0;
        return !isToldByIntel && !isToldByAmd;
    }

    // oneDNN reads its variable once, at the first convolution; nothing of torch runs in a process before this assembly does.
#pragma warning disable CA2255 // Meant for applications; here no call from one could be relied on, and the price of a forgotten one is a dead process.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Apply()
    {
        Isa = Environment.GetEnvironmentVariable(Variable);
        if (Isa is null && OperatingSystem.IsLinux() && X86Base.IsSupported && HidesCaches((leaf, subleaf) => X86Base.CpuId(leaf, subleaf).Eax))
        {
            // .NET's own copy of the environment is not seen by native code.
            _ = setenv(Variable, WorksWithoutCaches, overwrite: 0);
            (Isa, _isOurs) = (WorksWithoutCaches, true);
        }
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int unsetenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}

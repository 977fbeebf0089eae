using System.Globalization;
using System.Runtime.InteropServices;

namespace AmViz.Models;

/// <summary>Corrects what oneDNN believes of the caches of a processor whose virtual machine hides them.</summary>
/// <remarks>
/// oneDNN asks CPUID by Xbyak. Of an AMD processor that answers with zeros Xbyak concludes three caches of one byte, each of one core; for a processor with no
/// caches at all oneDNN has sizes to go by (<c>platform::get_per_core_cache_size</c>). So the number of caches is set to none. oneDNN has no call for
/// it: its record is found by its symbol, and is written to only if it holds what is expected, so that another version of the library stays as it is.
/// With it all kernels of AVX2 and AVX-512 agree with the references of <c>ParityTests</c> (Zen 5, libtorch 2.10), and convolutions of a ResNet18 take 0.45 of the time of those of AVX.
/// </remarks>
internal static class OneDnnCaches
{
    // dnnl::impl::cpu::x64::cpu(), which gives a Xbyak::util::Cpu, and dnnl_get_effective_cpu_isa().
    private const string GetCpu = "_ZN4dnnl4impl3cpu3x643cpuEv";
    private const string GetEffectiveIsa = "dnnl_get_effective_cpu_isa";

    // Of Xbyak::util::Cpu: dataCacheSize_[10], coresSharingDataCache_[10], dataCacheLevels_.
    private const int Sizes = 0x1C;
    private const int Levels = 0x6C;
    private const int MostLevels = 10;
    private const int LevelsOfAmd = 3;

    // dnnl_cpu_isa_avx of dnnl_types.h; each wider one has its bits and more.
    private const int Avx = 3;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint CpuFunction();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int IsaFunction();

    /// <summary>Lets oneDNN go by its own sizes, before it computes anything.</summary>
    /// <param name="allowAll">Called when it does: takes back what limits the kernels.</param>
    /// <returns>Whether it does, and may use all kernels; false if it is not as expected, or has computed before.</returns>
    public static bool TryForget(Action allowAll)
    {
        if (Library() is not var (path, start))
        {
            return false;
        }

        var symbols = ElfSymbols.Find(path, GetCpu, GetEffectiveIsa);
        if (!symbols.TryGetValue(GetCpu, out var getCpu) || !symbols.TryGetValue(GetEffectiveIsa, out var getIsa))
        {
            return false;
        }

        var cpu = Marshal.GetDelegateForFunctionPointer<CpuFunction>(start + getCpu)();
        if (!IsMisled(offset => Marshal.ReadInt32(cpu, offset)))
        {
            return false;
        }

        Marshal.WriteInt32(cpu, Levels, 0);
        allowAll();
        return Marshal.GetDelegateForFunctionPointer<IsaFunction>(start + getIsa)() > Avx;
    }

    /// <summary>Whether a record is what Xbyak concludes from zeros: three caches of a byte.</summary>
    /// <param name="read">From an offset to the 32 bits there.</param>
    internal static bool IsMisled(Func<int, int> read)
        => read(Levels) == LevelsOfAmd
            && Enumerable.Range(0, 2 * MostLevels).All(i => read(Sizes + (sizeof(int) * i)) == (i % MostLevels < LevelsOfAmd ? 1 : 0));

    // The first mapping of a library is that of its beginning: "start-end permissions offset device inode path".
    private static (string Path, nint Start)? Library()
    {
        var mapping = NativeLibrary.TryLoad("libtorch_cpu.so", out _)
            ? File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal))
            : null;
        return mapping is null
            ? null
            : (mapping[mapping.IndexOf('/', StringComparison.Ordinal)..], nint.Parse(mapping.AsSpan(0, mapping.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}

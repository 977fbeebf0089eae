using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AmViz.Maximization;

/// <summary>Asks NVIDIA's driver what torch does not tell: the model of a GPU.</summary>
/// <remarks>It numbers the GPUs as torch does, by CUDA_VISIBLE_DEVICES. Written by its documentation (CUDA Driver API, "Device Management"); no GPU has run it yet.</remarks>
internal static class CudaDriver
{
    private const string Library = "libcuda.so.1";
    private const int Success = 0;
    private const int LongestName = 256;

    // CUdevice_attribute of cuda.h.
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    /// <summary>Model and compute capability of a GPU, such as <c>NVIDIA H100 80GB HBM3 (compute capability 9.0)</c>; null where there is no driver or no such GPU.</summary>
    public static string? NameOf(int index)
    {
        if (!NativeLibrary.TryLoad(Library, out _) || cuInit(flags: 0) != Success || cuDeviceGet(out var device, index) != Success)
        {
            return null;
        }

        var name = new byte[LongestName];
        return cuDeviceGetName(name, name.Length, device) == Success
            && cuDeviceGetAttribute(out var major, ComputeCapabilityMajor, device) == Success
            && cuDeviceGetAttribute(out var minor, ComputeCapabilityMinor, device) == Success
                ? string.Create(CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(name).TrimEnd('\0')} (compute capability {major}.{minor})")
                : null;
    }

    [DllImport(Library, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int cuInit(uint flags);

    [DllImport(Library, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int cuDeviceGet(out int device, int ordinal);

    [DllImport(Library, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int cuDeviceGetName([Out] byte[] name, int length, int device);

    [DllImport(Library, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int cuDeviceGetAttribute(out int value, int attribute, int device);
}

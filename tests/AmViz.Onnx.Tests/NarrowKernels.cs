using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AmViz.Onnx.Tests;

/// <summary>Keeps oneDNN to kernels that compute right where a virtual machine hides the caches of its processor, see <c>OneDnnLimit</c> of AmViz.Models, which this project does not know.</summary>
internal static class NarrowKernels
{
#pragma warning disable CA2255 // Before the first convolution of any test.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Choose()
    {
        if (OperatingSystem.IsLinux())
        {
            // .NET's own copy of the environment is not seen by native code.
            _ = setenv("ONEDNN_MAX_CPU_ISA", "AVX", overwrite: 0);
        }
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}

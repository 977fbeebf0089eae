using System.Runtime.InteropServices;

namespace AmViz.Cli.Engine;

/// <summary>Keeps OpenMP threads that wait from burning their core.</summary>
/// <remarks>
/// libgomp reads OMP_WAIT_POLICY once, when libtorch is loaded. By default waiting threads spin: on a machine that is busy
/// with other work, steps of two spinning threads were measured to take 6 to 10 times the wall time of one thread.
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> changes .NET's copy of the environment only, which
/// native code does not see, hence setenv of the C library.
/// </remarks>
internal static class OpenMpPolicy
{
    private const string Variable = "OMP_WAIT_POLICY";

    /// <summary>Asks for passive waiting, unless the user asked for something else. Without effect once libtorch is loaded.</summary>
    public static void WaitPassively()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = setenv(Variable, "PASSIVE", overwrite: 0);
        }
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}

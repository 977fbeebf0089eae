using System.Runtime.InteropServices;

namespace AmViz.Storage;

/// <summary>How a hard link ended.</summary>
internal enum FileLinkResult
{
    /// <summary>The file has both names.</summary>
    Created,

    /// <summary>Another file has that name.</summary>
    NameTaken,

    /// <summary>The file system has no hard links.</summary>
    NotSupported,
}

/// <summary>Names a file also otherwise; replaced in tests by a file system that cannot.</summary>
internal delegate FileLinkResult FileLinker(string file, string name);

/// <summary>Hard links: the one call of POSIX that names a file atomically and never replaces another. .NET 10 has no method for it.</summary>
internal static partial class FileLink
{
    private const int OperationNotPermitted = 1; // EPERM: what FAT answers
    private const int FileExists = 17;           // EEXIST
    private const int CrossDevice = 18;          // EXDEV: some union and network mounts
    private const int TooManyLinks = 31;         // EMLINK

    /// <summary>Names <paramref name="file"/> also <paramref name="name"/>.</summary>
    /// <exception cref="IOException">The system refused for another reason.</exception>
    public static FileLinkResult Create(string file, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            // A rename does not replace on Windows, so the locked move is as good there.
            return FileLinkResult.NotSupported;
        }

        if (Link(file, name) == 0)
        {
            return FileLinkResult.Created;
        }

        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            FileExists => FileLinkResult.NameTaken,
            OperationNotPermitted or CrossDevice or TooManyLinks => FileLinkResult.NotSupported,
            _ when error == NotSupportedError || error == NoSystemCall => FileLinkResult.NotSupported,
            _ => throw new IOException($"Linking '{name}' failed: {Marshal.GetPInvokeErrorMessage(error)}.", error),
        };
    }

    private static int NotSupportedError => OperatingSystem.IsMacOS() ? 45 : 95; // ENOTSUP

    private static int NoSystemCall => OperatingSystem.IsMacOS() ? 78 : 38; // ENOSYS

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);
}

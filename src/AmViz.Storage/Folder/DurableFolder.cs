using System.Runtime.InteropServices;

namespace AmViz.Storage;

/// <summary>Folders whose entries survive a power cut.</summary>
internal static partial class DurableFolder
{
    /// <summary>Makes <paramref name="folder"/> and those above it, as far as they are missing.</summary>
    public static void Ensure(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
        {
            Ensure(parent);
        }

        Directory.CreateDirectory(folder);
        if (parent is not null)
        {
            Flush(parent);
        }
    }

    /// <summary>Writes the entries of <paramref name="folder"/> to the disk: a file's own flush does not cover its name (fsync(2)).</summary>
    /// <remarks>Best effort: some network mounts cannot flush a folder, and nothing is lost by that unless the power fails.</remarks>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, flags: 0);
        if (descriptor >= 0)
        {
            _ = FSync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

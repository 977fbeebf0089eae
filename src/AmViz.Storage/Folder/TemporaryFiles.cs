using System.Diagnostics;
using System.Globalization;

namespace AmViz.Storage;

/// <summary>The folder <c>.tmp</c> of a store: blobs that are being written, and the lock of conditional writes.</summary>
internal sealed class TemporaryFiles(string folder, TimeProvider time, FileLinker link)
{
    /// <summary>A leftover of a dead process of this machine goes after this time.</summary>
    public static readonly TimeSpan DeadAge = TimeSpan.FromMinutes(10);

    /// <summary>Any leftover goes after this time, since process numbers of other machines cannot be asked and our own are reused.</summary>
    public static readonly TimeSpan AnyAge = TimeSpan.FromDays(1);

    private const int TakenOnLinux = 11;                           // EWOULDBLOCK
    private const int TakenOnMac = 35;                             // EWOULDBLOCK
    private const int TakenOnWindows = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(5);

    private int _swept;

    /// <summary>Writes a file that nobody sees yet, flushed to the disk.</summary>
    public TemporaryFile Write(ReadOnlySpan<byte> content)
    {
        DurableFolder.Ensure(folder);
        var path = Path.Combine(folder, $"{Environment.MachineName}~{Environment.ProcessId}~{Guid.NewGuid():N}");
        var file = new TemporaryFile(path, this, link);
        try
        {
            // Without a size in advance: its failure on a full disk does not carry the system's error number.
            using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the lock that all conditional writers of the store share. The system frees it when its holder dies.</summary>
    public IDisposable Lock(CancellationToken cancellationToken)
    {
        DurableFolder.Ensure(folder);
        var begin = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult is TakenOnLinux or TakenOnMac or TakenOnWindows && time.GetElapsedTime(begin) < LockTimeout)
            {
                cancellationToken.WaitHandle.WaitOne(LockPoll);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Removes, once in the life of this object, what dead processes left behind.</summary>
    public void SweepOnce()
    {
        if (Interlocked.Exchange(ref _swept, 1) == 1 || !Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*~*~*"))
        {
            var age = time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc;
            if (age > AnyAge || (age > DeadAge && IsOfDeadProcess(file.Name)))
            {
                TryDelete(file);
            }
        }
    }

    private static void TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It belongs to another user, who will sweep it; it takes room and does no harm.
        }
    }

    private static bool IsOfDeadProcess(string name)
    {
        var parts = name.Split('~');
        return parts[0] == Environment.MachineName
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && !IsAlive(process);
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

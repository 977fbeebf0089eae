namespace AmViz.Networks;

/// <summary>Who uses a cached network: many readers, or one who writes or removes it, among all processes of this machine.</summary>
/// <remarks>An open file with .NET's sharing, which is flock(2) on Unix: the system frees it when its holder dies. The file's time is that of the last use.</remarks>
/// <param name="path">The lock's file; it stays, since removing it would let two holders believe in two files.</param>
internal sealed class NetworkLock(string path)
{
    private const int TakenOnLinux = 11;                           // EWOULDBLOCK
    private const int TakenOnMac = 35;                             // EWOULDBLOCK
    private const int TakenOnWindows = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>When the network was last used; the beginning of time if never.</summary>
    public DateTime LastUse => File.Exists(path) ? File.GetLastWriteTimeUtc(path) : DateTime.MinValue;

    /// <summary>Marks the network as used now.</summary>
    public void Touch(TimeProvider time) => File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);

    /// <summary>Waits for the right to read.</summary>
    public async Task<IDisposable> ShareAsync(CancellationToken cancellationToken) => await WaitAsync(FileAccess.Read, FileShare.ReadWrite, cancellationToken);

    /// <summary>Waits for the right to write and remove.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken) => await WaitAsync(FileAccess.ReadWrite, FileShare.None, cancellationToken);

    /// <summary>The right to write and remove; null if anybody else uses the network.</summary>
    public IDisposable? TryTake() => TryOpen(FileAccess.ReadWrite, FileShare.None);

    private async Task<IDisposable> WaitAsync(FileAccess access, FileShare share, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryOpen(access, share) is { } held)
            {
                return held;
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    private FileStream? TryOpen(FileAccess access, FileShare share)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e.HResult is TakenOnLinux or TakenOnMac or TakenOnWindows)
        {
            return null;
        }
    }
}

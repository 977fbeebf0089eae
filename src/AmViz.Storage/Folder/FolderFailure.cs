namespace AmViz.Storage;

/// <summary>Says what a failed file call means for the store.</summary>
internal static class FolderFailure
{
    private const int NoSpaceOnUnix = 28;                            // ENOSPC
    private const int QuotaOnLinux = 122;                            // EDQUOT
    private const int ReadOnlyOnUnix = 30;                           // EROFS
    private const int DiskFullOnWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    /// <summary>The exception to throw for <paramref name="cause"/>.</summary>
    /// <param name="store">Name of the store.</param>
    /// <param name="root">Its folder.</param>
    /// <param name="verb">What was tried.</param>
    /// <param name="file">The file or folder it was tried on.</param>
    /// <param name="cause">What the system answered.</param>
    public static StoreUnreachableException Describe(string store, string root, string verb, string file, Exception cause)
    {
        var (advice, canRetry) = cause switch
        {
            UnauthorizedAccessException => (Permission(root), false),
            { HResult: ReadOnlyOnUnix } => (Permission(root), false),
            { HResult: NoSpaceOnUnix or QuotaOnLinux or DiskFullOnWindows } =>
                ("The disk is full. Free some space and run the same command again; it goes on where it was.", true),
            DirectoryNotFoundException => ($"Expected the folder '{root}'. Check the path and whether its disk is mounted.", false),
            _ => ($"Check that '{root}' is a folder on a disk that works, or choose another one.", true),
        };
        return new(store, $"Cannot {verb} '{file}': {cause.Message.TrimEnd('.')}. {advice}", cause) { CanRetry = canRetry };
    }

    private static string Permission(string root) => $"Allow writing to '{root}', or choose another folder.";
}

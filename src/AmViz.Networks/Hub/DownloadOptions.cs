namespace AmViz.Networks;

/// <summary>How patiently files are fetched.</summary>
internal sealed record DownloadOptions
{
    /// <summary>The usual patience.</summary>
    public static DownloadOptions Default { get; } = new();

    /// <summary>Attempts in a row that bring no byte; one that does begins the count anew. Default: 5.</summary>
    public int FruitlessAttempts { get; init; } = 5;

    /// <summary>Wait before the second attempt; doubles from one to the next, with some chance. Default: 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait, also where the server asks for more. Default: 30 s.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may send nothing. Default: 60 s.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>How far a download is.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Bytes">Bytes that are there.</param>
/// <param name="Total">Bytes of the whole file; null if the server does not tell.</param>
/// <param name="Note">What is being waited for; null while bytes arrive.</param>
public sealed record DownloadProgress(string File, long Bytes, long? Total, string? Note = null);

/// <summary>A file that was fetched.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="ResumedFrom">How many of them were there from an earlier attempt.</param>
/// <param name="Announced">What the server says it hashes to; null if it says nothing.</param>
/// <param name="Revision">Which revision the server says it is of; null if it says nothing.</param>
internal sealed record Download(long Bytes, long ResumedFrom, Checksum? Announced, string? Revision);

/// <summary>An attempt failed in a way that another may not.</summary>
internal sealed class TransientDownloadException(string message, bool advanced, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it brought some bytes.</summary>
    public bool Advanced => advanced;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}

namespace AmViz.Storage;

/// <summary>Where results lie: blobs under paths. Every write is atomic: a blob is there whole or not at all.</summary>
/// <remarks>
/// Safe for use by many threads, processes and machines at once. Every method may throw <see cref="StoreUnreachableException"/>.
/// A store that does not exist yet reads as empty and is made by the first write.
/// </remarks>
public interface IBlobStore
{
    /// <summary>The store for people, such as <c>folder:/data/out</c>.</summary>
    string Name { get; }

    /// <summary>When the permission to use the store ends, which came with its address; null: with nothing that is known here.</summary>
    DateTimeOffset? AccessExpiration => null;

    /// <summary>Finds out at once, before hours of work, that the store cannot be used.</summary>
    /// <param name="access">What it will be used for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnreachableException">It cannot; the message says what to do.</exception>
    Task CheckAsync(StoreAccess access, CancellationToken cancellationToken);

    /// <summary>Creates a blob if there is none, durably. Of several writers exactly one wins.</summary>
    /// <returns>False if there was one already; nothing has changed then.</returns>
    Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Reads a whole blob.</summary>
    /// <returns>Null if there is none.</returns>
    Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken);

    /// <summary>Reads a stretch of a blob.</summary>
    /// <param name="path">Which blob.</param>
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="length">Bytes wanted; fewer come back where the blob ends.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if there is no such blob.</returns>
    Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken);

    /// <summary>What is known of a blob without fetching it.</summary>
    /// <returns>Null if there is none.</returns>
    Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken);

    /// <summary>Writes a blob, if nobody else has changed it since it was read.</summary>
    /// <param name="path">Which blob.</param>
    /// <param name="content">Its new content.</param>
    /// <param name="expectedETag"><see cref="Blob.ETag"/> of the content that may be replaced; null: there must be no blob yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The new ETag; null if the blob is another one than expected, and then nothing has changed.</returns>
    Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken);

    /// <summary>All blobs whose path begins with <paramref name="prefix"/>, in ordinal order of their paths.</summary>
    /// <param name="prefix">Any beginning of a path; empty: all blobs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Names of the segments that follow <paramref name="prefix"/> and have blobs below them, in ordinal order.</summary>
    /// <param name="prefix">Empty, or a beginning of a path that ends in '/'.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Removes a blob.</summary>
    /// <returns>False if there was none.</returns>
    Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken);
}

/// <summary>What a store is to be used for.</summary>
public enum StoreAccess
{
    /// <summary>It must exist.</summary>
    Read,

    /// <summary>It must be possible to write; it is made if it does not exist.</summary>
    Write,
}

/// <summary>A blob that was read.</summary>
/// <param name="Content">All its bytes.</param>
/// <param name="ETag">Changes whenever the content does; compare it, read nothing into it.</param>
public sealed record Blob(ReadOnlyMemory<byte> Content, string ETag);

/// <summary>What is known of a blob.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ETag">See <see cref="Blob.ETag"/>.</param>
public sealed record BlobProperties(long Length, string ETag);

/// <summary>A blob in a listing.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct BlobItem(BlobPath Path, long Length);

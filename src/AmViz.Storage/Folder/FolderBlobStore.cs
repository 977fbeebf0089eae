using System.Security.Cryptography;

namespace AmViz.Storage;

/// <summary>A store in a folder: blobs are files under their own paths, so that every other program can read them.</summary>
/// <remarks>
/// A blob is written to <c>.tmp</c>, flushed to the disk and then published by a hard link, which never replaces anything: at whatever
/// moment a process dies, each blob is there whole or not at all. Several processes may share the folder. Where the file
/// system has no hard links, a locked rename takes their place. The ETag is the SHA-256 of the content.
/// </remarks>
public sealed partial class FolderBlobStore : IBlobStore
{
    private readonly TemporaryFiles _temporary;

    /// <summary>A store in <paramref name="root"/>; nothing is touched yet.</summary>
    /// <param name="root">The folder; made by the first write.</param>
    /// <param name="time">Clock that tells old leftovers from fresh ones; null: the system's.</param>
    public FolderBlobStore(string root, TimeProvider? time = null)
        : this(root, time ?? TimeProvider.System, FileLink.Create)
    {
    }

    internal FolderBlobStore(string root, TimeProvider time, FileLinker link)
    {
        Root = Path.GetFullPath(root);
        _temporary = new(Path.Combine(Root, ".tmp"), time, link);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public string Name => $"folder:{Root}";

    /// <inheritdoc/>
    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => Guard("use", Root, () =>
    {
        if (access == StoreAccess.Write)
        {
            _temporary.SweepOnce();
            using var probe = _temporary.Write("probe"u8);
        }
        else if (!Directory.Exists(Root))
        {
            throw new DirectoryNotFoundException("There is no such folder.");
        }

        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        => Guard("write", Locate(path), () => Create(Locate(path), content.Span), cancellationToken);

    /// <inheritdoc/>
    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken) => Guard("read", Locate(path), () =>
    {
        var content = AbsentAsNull(() => File.ReadAllBytes(Locate(path)));
        return content is null ? null : new Blob(content, ETagOf(content));
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Guard("read", Locate(path), () =>
        {
            using var file = AbsentAsNull(() => File.OpenHandle(Locate(path)));
            return file is null ? (ReadOnlyMemory<byte>?)null : ReadStretch(file, offset, length);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The ETag is made from the content, so the file is read, a piece at a time.</remarks>
    public Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken) => Guard("read", Locate(path), () =>
    {
        using var file = AbsentAsNull(() => File.OpenRead(Locate(path)));
        return file is null ? null : new BlobProperties(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }, cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> ReplaceAsync(
        BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        var file = Locate(path);
        if (expectedETag is null)
        {
            return await CreateAsync(path, content, cancellationToken) ? ETagOf(content.Span) : null;
        }

        using var held = await LockAsync(cancellationToken);
        return await Guard("replace", file, () => Replace(file, content.Span, expectedETag), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken)
    {
        var file = Locate(path);
        if (!File.Exists(file))
        {
            return false;
        }

        using var held = await LockAsync(cancellationToken);
        return await Guard("delete", file, () =>
        {
            var existed = File.Exists(file);
            File.Delete(file);
            return existed;
        }, cancellationToken);
    }

    private bool Create(string file, ReadOnlySpan<byte> content)
    {
        if (File.Exists(file))
        {
            return false;
        }

        _temporary.SweepOnce();
        using var written = _temporary.Write(content);
        DurableFolder.Ensure(Path.GetDirectoryName(file)!);
        return written.Publish(file);
    }

    private string? Replace(string file, ReadOnlySpan<byte> content, string expectedETag)
    {
        var current = AbsentAsNull(() => File.ReadAllBytes(file));
        if (current is null || ETagOf(current) != expectedETag)
        {
            return null;
        }

        using var written = _temporary.Write(content);
        written.PublishOver(file);
        return ETagOf(content);
    }

    private Task<IDisposable> LockAsync(CancellationToken cancellationToken)
        => Guard("lock", Root, () => _temporary.Lock(cancellationToken), cancellationToken);

    private string Locate(BlobPath path)
        => Path.Combine(Root, Path.DirectorySeparatorChar == '/' ? path.Value : path.Value.Replace('/', Path.DirectorySeparatorChar));

    private static ReadOnlyMemory<byte> ReadStretch(Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, int length)
    {
        var buffer = new byte[Math.Clamp(RandomAccess.GetLength(file) - offset, 0, length)];
        var filled = 0;
        for (var read = -1; read != 0 && filled < buffer.Length; filled += read)
        {
            read = RandomAccess.Read(file, buffer.AsSpan(filled), offset + filled);
        }

        return buffer.AsMemory(0, filled);
    }

    private static string ETagOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static T? AbsentAsNull<T>(Func<T> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // File calls block, and grains must not: they run on the thread pool.
    private Task<T> Guard<T>(string verb, string file, Func<T> work, CancellationToken cancellationToken) => Task.Run(() =>
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FolderFailure.Describe(Name, Root, verb, file, e);
        }
    }, cancellationToken);
}
